/** What a person can try once Atlas flies. */
export function welcome(
  { url, managementUrl }: { url: string; managementUrl: string },
  { replicas, shards }: { replicas: number; shards: number },
): string {
  return `
Atlas is ready: a gateway, ${replicas} replicas of the places service, ${shards} shards.

  Try in another terminal:
    curl ${url}/cities/2988507                  Paris, from its shard, then from the cache
    curl '${url}/cities/top?limit=5'            the largest cities: all shards, merged
    curl '${url}/countries/FR/cities?limit=3'   a page; give its "next" as &after= for the following one
    curl ${url}/countries/FR/stats              count and population over all shards
    curl -X POST ${url}/checkins -H 'content-type: application/json' -d '{"userId":42,"cityId":2988507}'
    curl ${url}/users/42/checkins               from the one shard of user 42

  Kill a replica, and see no read fail: kill -9 $(pgrep -f places/main.js | head -1)
  In a browser: ${managementUrl}/docs (the API), ${managementUrl}/describe (who answers)
  Ctrl-C ends it; npm run clean removes the data.
`;
}
