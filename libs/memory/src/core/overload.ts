/** What a refused request is told, over HTTP as over a microservice transport. */
export const OVERLOADED = {
  code: 'ENVOL_MEMORY_OVERLOADED',
  message: 'The service is short of memory; try again later',
} as const;
