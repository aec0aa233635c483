/** One real server, ours alone. Each method waits for the one called before it. */
export interface Service {
  readonly name: string;
  readonly host: '127.0.0.1';
  readonly port: number;
  /** For clients, complete. */
  readonly url: string;
  /** Of the server itself; another one after restart(). */
  readonly pid: number;
  /** Ends it gracefully and removes its throwaway data. It cannot be restarted. Again: does nothing. */
  stop(): Promise<void>;
  /** Ends it and all its processes with SIGKILL; resolves when they are dead. The data stays, for restart(). */
  kill(): Promise<void>;
  /**
   * Freezes it and all its processes with SIGSTOP: connections stay open and nothing answers.
   *
   * @throws EnvolError `ENVOL_SERVICES_UNSUPPORTED` on Windows.
   */
  pause(): Promise<void>;
  /** Ends a pause. */
  resume(): Promise<void>;
  /** Ends it gracefully, if it runs, and starts it again on the same port with the same data. */
  restart(): Promise<void>;
}

export interface ServiceOptions {
  /** On 127.0.0.1; default a free one. */
  readonly port?: number | undefined;
}

/** Of services that can keep something over stop(). */
export interface DurableServiceOptions extends ServiceOptions {
  /** Where the data stays after stop(); default a throwaway folder. {@link removeDataDir} removes it. */
  readonly dataDir?: string | undefined;
}

/** A kind of server: what it takes to start one, and to get its program onto a machine. */
export interface ServiceDefinition<Options extends ServiceOptions, Running extends Service> {
  readonly name: string;
  /** Takes the options as the user gave them, unchecked. */
  readonly start: (options: Options) => Promise<Running>;
  /** Where its program is, for people. Rejects with `ENVOL_SERVICES_MISSING` when it is nowhere. */
  readonly locate: () => Promise<string>;
  readonly install: InstallPlan;
  /** The options to start it with to know that all of its programs work; default once, without any. */
  readonly trials?: readonly Options[];
}

/** How its program gets onto a machine. */
export interface InstallPlan {
  /** The folder in the cache; services with the same program share one. */
  readonly cacheFolder: string;
  /** The Debian packages that hold the program. */
  readonly apt: readonly string[];
  /** The release of Debian that has the packages, for systems whose own has them not. */
  readonly debianSuite?: string;
  /** What to do by hand on other systems. */
  readonly byHand: string;
}
