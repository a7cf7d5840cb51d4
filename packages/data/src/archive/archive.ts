/** A published `.tar.gz`. */
export interface Archive {
  readonly url: string;
  /** Of the archive, in hexadecimal. */
  readonly sha256: string;
}

/** How a download is watched and stopped. */
export interface DownloadOptions {
  /** Bytes that are here, and of how many; null if the server does not say. */
  readonly onProgress?: (bytes: number, of: number | null) => void;
  readonly signal?: AbortSignal;
}
