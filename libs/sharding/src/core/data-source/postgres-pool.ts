/** The parts of pg's client that are used here. */
export interface PgClient {
  readonly connection: { readonly stream: { destroy(): void } };
  connect(): Promise<unknown>;
  query(sql: string): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'end', listener: () => void): unknown;
}

/** The parts of pg's pool that are used here. */
export interface PgPool {
  /** Settings of its connections, password included. */
  readonly options: object;
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** The package pg, as far as it is used here. */
export interface PgModule {
  readonly Client: new (config: object) => PgClient;
}

/** Cuts the connection without a goodbye: a server that does not answer would never take it. */
export function cut(client: PgClient): void {
  client.connection.stream.destroy();
}
