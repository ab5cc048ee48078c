/** What the server is, what is wrong with it, and what it holds. */
export interface ProviderOptions {
  /** The product to be, as `scimulate list profiles` names it, or a TOML file; `rfc` when left out. */
  profile?: string;
  /** One fault or several, as `scimulate list faults` names them. */
  fault?: string | string[];
  /** Files or folders with what it holds from the beginning, as `scimulate serve --state` reads them. */
  state?: string | string[];
  /** Further arguments of `scimulate serve`. */
  arguments?: string[];
  /** Milliseconds until it has to serve; 30000 when left out. */
  timeout?: number;
}

/** A running SCIM server. It ends with the process that started it at the latest. */
export interface Provider {
  readonly baseUrl: string;
  readonly token: string;
  readonly adminUrl: string;
  readonly adminToken: string;
  readonly pageUrl: string;
  /** Stops it. Everything it held is gone. */
  stop(): Promise<void>;
}

/** Starts a SCIM server of its own process, on a free port of this machine, with its state in memory. */
export function startProvider(options?: ProviderOptions): Promise<Provider>;

/** The path of the program. */
export function binary(): string;
