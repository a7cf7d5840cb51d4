import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { beforeTrainingMethods, controlKinds } from '@winnow/tickets';
import * as z from 'zod';
import { canonicalJson } from '../cells/canonical.js';
import type { CellPlan } from '../cells/cell-plan.js';
import type { CellRecord } from '../cells/cell-record.js';
import type { Provenance } from './versions.js';

/** Lengths and SHA-256 of a cell's files, by name. */
export type FileList = Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;

/** What a cell's folder says of itself (`manifest.json`). */
export interface Manifest extends Provenance {
  readonly format: typeof FORMAT;
  readonly name: string;
  readonly hash: string;
  readonly settings: CellPlan['settings'];
  readonly snapshots: readonly number[];
  readonly result: CellRecord;
  /** When the cell was finished (ISO 8601, UTC). */
  readonly finished: string;
  readonly files: FileList;
}

const FORMAT = 'winnow cell 1';

const accuracy = z.number().nullable();
const manifestSchema = z.object({
  format: z.literal(FORMAT),
  name: z.string(),
  hash: z.string(),
  settings: z.record(z.string(), z.json()),
  snapshots: z.array(z.int()),
  result: z.object({
    trial: z.int(),
    level: z.int(),
    kind: z.enum(['dense', 'ticket', 'one-shot', 'continued', ...beforeTrainingMethods, ...controlKinds]),
    replicate: z.int(),
    density: z.number(),
    weights: z.int(),
    stored: z.int(),
    earlyStop: z.object({
      iteration: z.int(),
      validationLoss: z.number(),
      validationAccuracy: z.number(),
      testAccuracy: accuracy,
    }),
    final: z.object({
      trainLoss: z.number(),
      validationLoss: z.number(),
      validationAccuracy: z.number(),
      testAccuracy: accuracy,
    }),
    digest: z.string(),
    microsecondsPerStep: z.number(),
    trainingSeconds: z.number(),
    evaluationSeconds: z.number(),
    earlyBird: z.object({ iteration: z.int(), distance: z.number().nullable() }).optional(),
  }),
  versions: z.object({ winnow: z.string(), arithmetic: z.int(), node: z.string() }),
  machine: z.object({
    processor: z.string(),
    cores: z.int(),
    system: z.string(),
    backend: z.enum(['reference', 'wasm', 'native']),
    isa: z.enum(['avx512', 'avx2', 'baseline', 'neon']).nullable(),
  }),
  finished: z.string(),
  files: z.record(
    z.string().refine((name) => !isAbsolute(name) && !name.includes('/') && !name.includes('\\')),
    z.object({ bytes: z.int(), sha256: z.string() }),
  ),
}) satisfies z.ZodType<Manifest>;

/** The manifest's file: JSON for people, with a checksum of itself. */
export function writeManifest(manifest: Omit<Manifest, 'format'>): Uint8Array {
  const complete: Manifest = { format: FORMAT, ...manifest };
  const text = JSON.stringify({ ...complete, checksum: checksumOf(complete) }, null, 2);
  return new TextEncoder().encode(`${text}\n`);
}

/** Reads a manifest without trusting it; null if it is damaged. */
export function readManifest(text: string): Manifest | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null || !('checksum' in json)) return null;
  const { checksum, ...content } = json;
  const manifest = manifestSchema.safeParse(content);
  return manifest.success && checksum === checksumOf(content) ? manifest.data : null;
}

function checksumOf(content: object): string {
  return sha256Of(new TextEncoder().encode(canonicalJson(content)));
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
