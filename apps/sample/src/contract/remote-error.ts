import { z } from 'zod';

/** An error as the places service sends it: what a program needs (`code`) and what a person may read. */
export const remoteErrorSchema = z.object({ code: z.string(), message: z.string() });
export type RemoteError = z.output<typeof remoteErrorSchema>;

/** Codes of errors that are Atlas's own. */
export const ERRORS = { unknownCity: 'ENVOL_ATLAS_UNKNOWN_CITY', internal: 'ENVOL_ATLAS_INTERNAL' } as const;
