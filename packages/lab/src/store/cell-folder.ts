import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MetricRow, type Network, type Parameters, restrict } from '@winnow/engine';
import { readParameters, writeParameters } from '@winnow/formats';
import type { TrainedCell } from '@winnow/tickets';
import type { CellPlan } from '../cells/cell-plan.js';
import { recordOf } from '../cells/cell-record.js';
import { systemCode } from './file-errors.js';
import { type FileList, type Manifest, readManifest, sha256Of, writeManifest } from './manifest.js';
import type { Outcome } from './store.js';
import type { Provenance } from './versions.js';

const MANIFEST = 'manifest.json';
const METRICS = 'metrics.jsonl';
const WEIGHTS = 'weights.safetensors';
/** The kept weights of a cell with frozen ones, whose `weights.safetensors` holds both. */
const KEPT = 'kept.safetensors';
const snapshotFile = (iteration: number): string => `snapshot-${iteration}.safetensors`;

type Files = ReadonlyMap<string, Uint8Array>;

/** What is in a cell's folder: nothing, something damaged (and what is wrong with it), or a whole cell. */
export type FoundCell =
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'whole'; readonly manifest: Manifest; readonly files: Files };

/** Reads a cell's folder and checks the length and checksum of every file. */
export async function readCellFolder(
  path: string,
  { name, hash }: Pick<CellPlan, 'name' | 'hash'>,
): Promise<FoundCell> {
  const text = await readFile(join(path, MANIFEST), 'utf8').catch(absent);
  if (text === null) {
    const exists = (await readFile(path).catch((error: unknown) => systemCode(error))) === 'EISDIR';
    return exists ? { kind: 'damaged', reason: `it has no ${MANIFEST}` } : { kind: 'missing' };
  }
  const manifest = readManifest(text);
  if (manifest === null) return { kind: 'damaged', reason: `its ${MANIFEST} is damaged` };
  if (manifest.name !== name || manifest.hash !== hash) return { kind: 'damaged', reason: 'it is another cell' };
  const files = new Map<string, Uint8Array>();
  for (const [file, expected] of Object.entries(manifest.files)) {
    const bytes = await readFile(join(path, file)).catch(absent);
    if (bytes === null) return { kind: 'damaged', reason: `its ${file} is missing` };
    if (bytes.length !== expected.bytes) {
      return { kind: 'damaged', reason: `its ${file} has ${bytes.length} bytes in place of ${expected.bytes}` };
    }
    if (sha256Of(bytes) !== expected.sha256) return { kind: 'damaged', reason: `its ${file} has changed` };
    files.set(file, bytes);
  }
  const needed = [METRICS, WEIGHTS, ...manifest.snapshots.map(snapshotFile)];
  const unlisted = needed.find((file) => !files.has(file));
  if (unlisted !== undefined) return { kind: 'damaged', reason: `its ${MANIFEST} does not list ${unlisted}` };
  return { kind: 'whole', manifest, files };
}

function absent(error: unknown): null {
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
  throw error;
}

/** A finished cell as the files of its folder. Snapshots that an earlier training of the same cell kept stay. */
export function cellFiles(
  cell: CellPlan,
  { masks, kept, result, earlyBird }: Outcome,
  network: Network,
  provenance: Provenance,
  earlier: FoundCell,
): Files {
  const rows = result.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const files = new Map<string, Uint8Array>([
    [METRICS, new TextEncoder().encode(rows)],
    [WEIGHTS, writeParameters(network, masks, result.parameters)],
  ]);
  if (kept !== undefined) files.set(KEPT, writeParameters(network, kept, restrict(result.parameters, masks, kept)));
  const snapshots = new Set(result.snapshots.keys());
  for (const [iteration, parameters] of result.snapshots) {
    files.set(snapshotFile(iteration), writeParameters(network, masks, parameters));
  }
  if (earlier.kind === 'whole') {
    for (const iteration of earlier.manifest.snapshots) {
      if (snapshots.has(iteration)) continue;
      snapshots.add(iteration);
      files.set(snapshotFile(iteration), earlier.files.get(snapshotFile(iteration))!);
    }
  }
  const manifest = writeManifest({
    name: cell.name,
    hash: cell.hash,
    settings: cell.settings,
    snapshots: [...snapshots].sort((a, b) => a - b),
    result: recordOf(cell, result, earlyBird),
    finished: new Date().toISOString(),
    ...provenance,
    files: listOf(files),
  });
  return files.set(MANIFEST, manifest);
}

function listOf(files: Files): FileList {
  return Object.fromEntries(
    [...files].map(([name, bytes]) => [name, { bytes: bytes.length, sha256: sha256Of(bytes) }]),
  );
}

/** All files of a whole cell's folder. */
export function filesOf({ manifest, files }: Extract<FoundCell, { kind: 'whole' }>): Files {
  return new Map([...files, [MANIFEST, writeManifest(manifest)]]);
}

/** The curve of a whole cell. */
export function rowsOf({ files }: { readonly files: Files }): readonly MetricRow[] {
  const lines = new TextDecoder().decode(files.get(METRICS)).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as MetricRow);
}

/** The masks, parameters and snapshots of a whole cell. */
export function trainedOf(
  { files, manifest }: { readonly files: Files; readonly manifest: Manifest },
  network: Network,
  path: string,
): TrainedCell {
  const read = (file: string) => readParameters(files.get(file)!, network, join(path, file));
  const { masks, parameters } = read(WEIGHTS);
  const snapshots = new Map<number, Parameters>(
    manifest.snapshots.map((iteration) => [iteration, read(snapshotFile(iteration)).parameters]),
  );
  const kept = files.has(KEPT) ? { kept: read(KEPT).masks } : {};
  return { masks, ...kept, parameters, snapshots };
}
