import type { GuestNetworkFault } from '../contract.ts';

/** What each errno says, as strerror(3) of glibc puts it. */
const MESSAGES = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EINTR: 'Interrupted system call',
  EIO: 'Input/output error',
  ENXIO: 'No such device or address',
  EAGAIN: 'Resource temporarily unavailable',
  ENOMEM: 'Cannot allocate memory',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EXDEV: 'Invalid cross-device link',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  EFBIG: 'File too large',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  ENAMETOOLONG: 'File name too long',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  EADDRINUSE: 'Address already in use',
} as const;

export type Errno = keyof typeof MESSAGES;

/** A system call that failed. `message` is what programs print after the file's name. */
export class SystemError extends Error {
  readonly code: Errno;
  readonly path: string | undefined;

  constructor(code: Errno, path?: string) {
    // just-bash's own commands look for the code at the beginning, as node writes it.
    super(
      path === undefined ? `${code}: ${MESSAGES[code]}` : `${code}: ${MESSAGES[code]}, '${path}'`,
    );
    this.name = 'SystemError';
    this.code = code;
    this.path = path;
  }

  /** `Permission denied`. */
  get text(): string {
    return MESSAGES[this.code];
  }
}

/** `Permission denied`, for whatever was thrown. */
export function errorText(error: unknown): string {
  if (error instanceof SystemError) return error.text;
  return error instanceof Error ? error.message : String(error);
}

/** A connection that did not come about. */
export class NetworkError extends Error {
  readonly fault: GuestNetworkFault;

  constructor(fault: GuestNetworkFault, message: string = fault) {
    super(message);
    this.name = 'GuestNetworkError';
    this.fault = fault;
  }
}
