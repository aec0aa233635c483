import { ReferenceData } from '../src/demo/reference-data.js';
import { readCitiesFile } from '../src/launcher/cities-file.js';

/** What every answer is checked against. */
export const DATA = new ReferenceData(readCitiesFile());

/** The cities of the file, the most populous first, ties by id. */
export const CITIES = DATA.cities;
