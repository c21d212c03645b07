import { chmod } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { execa } from "execa";
import { HeddleError, messageOf } from "../core/index.ts";

export interface DownloadOptions {
  readonly version: string;
  /** The file to create. */
  readonly target: string;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** The host of the official archives; another one in tests. */
  readonly origin?: string;
  readonly connectTimeoutMs?: number;
}

const ORIGIN = "https://temporal.download";
/** Long enough for a slow handshake, short enough not to hold up a machine without internet. */
const CONNECT_TIMEOUT_MS = 10_000;
const TRANSFER_TIMEOUT_MS = 180_000;
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };
const LARGEST_ARCHIVE_BYTES = 500_000_000;

/** Fetches the official binary. Rejects quickly when there is no way to the internet. */
export async function downloadTemporal(options: DownloadOptions): Promise<void> {
  const { version, target, report } = options;
  const arch = ARCHITECTURES[process.arch];
  if (arch === undefined) throw failure(`there is no official archive for ${process.arch}`);
  const url = `${options.origin ?? ORIGIN}/cli/archive/v${version}?platform=${process.platform}&arch=${arch}`;
  report(`Downloading the Temporal server ${version} ...`);
  const archive = await fetchArchive(url, options);
  await unpack(archive, target);
}

async function fetchArchive(url: string, options: DownloadOptions): Promise<Uint8Array> {
  const outer = options.signal === undefined ? [] : [options.signal];
  const connect = new AbortController();
  const timer = setTimeout(() => {
    connect.abort(new Error("no answer in time"));
  }, options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
  try {
    const signal = AbortSignal.any([
      ...outer,
      connect.signal,
      AbortSignal.timeout(TRANSFER_TIMEOUT_MS),
    ]);
    const response = await fetch(url, { signal });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`status ${response.status}`);
    if (Number(response.headers.get("content-length") ?? 0) > LARGEST_ARCHIVE_BYTES) {
      throw new Error("the archive is larger than any release");
    }
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw failure(`${new URL(url).host} cannot be reached (${reasonOf(cause)})`, cause);
  } finally {
    clearTimeout(timer);
  }
}

async function unpack(archive: Uint8Array, target: string): Promise<void> {
  try {
    // `-O` writes to stdout, so the archive has no say in where the file goes.
    await execa("tar", ["-xzOf", "-", "temporal"], { input: archive, stdout: { file: target } });
    await chmod(target, 0o755);
  } catch (cause) {
    throw failure(`the archive cannot be unpacked into ${basename(dirname(target))}`, cause);
  }
}

function failure(reason: string, cause?: unknown): HeddleError {
  return new HeddleError("TEMPORAL_DOWNLOAD_FAILED", `Download: ${reason}`, { cause });
}

/** fetch says only "fetch failed"; what happened is in the cause. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return error.cause.message;
  return messageOf(error);
}
