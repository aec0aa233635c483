import type { City, NewCheckin } from '../contract/schemas.js';

/** `GET /cities/:id` */
export interface CityRequest {
  readonly kind: 'city';
  readonly city: City;
}

/** `GET /cities/top` */
export interface TopRequest {
  readonly kind: 'top';
  readonly limit: number;
}

/** `GET /countries/:code/cities`: the first page, or the one that follows `previous`. */
export interface PageRequest {
  readonly kind: 'page';
  readonly country: string;
  readonly limit: number;
  /** How many cities come on the pages before. */
  readonly offset: number;
  readonly previous?: PageRequest;
}

/** `GET /countries/:code/stats` */
export interface StatsRequest {
  readonly kind: 'stats';
  readonly country: string;
}

/** `GET /users/:id/checkins`; with `written`, after that write. */
export interface CheckinsRequest {
  readonly kind: 'checkins';
  readonly userId: number;
  readonly written?: CheckInRequest;
}

/** `POST /checkins` */
export interface CheckInRequest {
  readonly kind: 'check-in';
  readonly checkin: NewCheckin;
}

export type ReadRequest = CityRequest | TopRequest | PageRequest | StatsRequest | CheckinsRequest;

/** One request of the load. */
export type DemoRequest = ReadRequest | CheckInRequest;
