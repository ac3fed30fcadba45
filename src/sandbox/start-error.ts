/** Why a sandbox did not start; the caller turns it into a message in the learner's language. */
export type SandboxStartErrorCode =
  /** Another program listens on the port asked for. Field: `port`. */
  | 'PORT_IN_USE'
  /** The operating system keeps the port asked for to itself. Field: `port`. */
  | 'PORT_FORBIDDEN'
  /** The directory cannot be created, written, or holds something else. Field: `dataDir`. */
  | 'DATA_DIR_UNUSABLE'
  /** Another sandbox runs on the same directory. Fields: `dataDir`, `pid`, `url` where known. */
  | 'DATA_DIR_IN_USE'
  /** A newer cloudlab wrote the directory. Fields: `dataDir`, `foundVersion`. */
  | 'DATA_DIR_NEWER';

export interface SandboxStartErrorFields {
  port?: number;
  dataDir?: string;
  pid?: number;
  url?: string;
  foundVersion?: number;
  cause?: unknown;
}

/** The failure of a start; its `code` says which, its fields what it is about. */
export class SandboxStartError extends Error {
  override readonly name = 'SandboxStartError';
  readonly code: SandboxStartErrorCode;
  readonly port: number | undefined;
  readonly dataDir: string | undefined;
  readonly pid: number | undefined;
  readonly url: string | undefined;
  readonly foundVersion: number | undefined;

  constructor(code: SandboxStartErrorCode, message: string, fields: SandboxStartErrorFields) {
    super(message, { cause: fields.cause });
    this.code = code;
    this.port = fields.port;
    this.dataDir = fields.dataDir;
    this.pid = fields.pid;
    this.url = fields.url;
    this.foundVersion = fields.foundVersion;
  }
}

/** Why a port cannot be listened on, if that is what an error says; else the error itself. */
export function portError(error: unknown, port: number | undefined): unknown {
  if (port === undefined || error instanceof SandboxStartError) return error;
  const fields = { port, cause: error };
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new SandboxStartError('PORT_IN_USE', `Port ${port} is in use.`, fields);
    case 'EACCES':
      return new SandboxStartError('PORT_FORBIDDEN', `Port ${port} is not allowed.`, fields);
    default:
      return error;
  }
}
