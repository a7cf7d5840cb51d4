import type { TicketHeader, TicketTensors, TrainingRecipe } from '@winnow/runtime';
import {
  bitWriter,
  bodyKinds,
  codeLayers,
  constantKinds,
  crc32,
  MAGIC,
  maskLayersOf,
  VERSION,
  writeMasks,
} from '@winnow/runtime/format';
import { byteWriter } from './byte-writer.js';
import { codeOf, type ValueTable, writeTable } from './tables.js';
import { writeHeader, writeTraining } from './write-fields.js';

/** The tables of a layer. Every surviving weight and every bias that somebody reads is one of its table's values. */
export interface LayerTables {
  readonly weights: ValueTable;
  readonly biases: ValueTable;
}

/** What a ticket carries beside its header and masks. */
export type WrittenBody =
  | { readonly kind: 'recipe'; readonly training: TrainingRecipe }
  | { readonly kind: 'weights'; readonly tensors: readonly TicketTensors[]; readonly tables: readonly LayerTables[] }
  /** Each layer's survivors are its start values, or their signs, times its factor, an f32. */
  | { readonly kind: 'supermask'; readonly constants: 'initial' | 'sign'; readonly factors: readonly number[] };

/** Writes a ticket (docs/ticket-format.md). `survives`: (outputs, inputs) bytes of 0 and 1 for each dense layer. */
export function writeTicket(header: TicketHeader, survives: readonly Uint8Array[], body: WrittenBody): Uint8Array {
  const fields = byteWriter();
  writeHeader(fields, header);
  if (body.kind === 'recipe') writeTraining(fields, body.training);
  const about = fields.finish();
  const { mask, values } = writeBody(header, survives, body);

  const file = byteWriter();
  file.bytes(Uint8Array.from(MAGIC));
  file.byte(VERSION);
  file.byte(bodyKinds.indexOf(body.kind));
  for (const part of [about, mask, values]) file.count(part.length);
  for (const part of [about, mask, values]) file.bytes(part);
  file.bytes(new Uint8Array(Uint32Array.of(crc32(file.finish())).buffer));
  return file.finish();
}

function writeBody(
  header: TicketHeader,
  survives: readonly Uint8Array[],
  body: WrittenBody,
): { readonly mask: Uint8Array; readonly values: Uint8Array } {
  const layers = maskLayersOf(header);
  const written = byteWriter();
  switch (body.kind) {
    case 'recipe':
      return { mask: writeMasks(layers, survives), values: written.finish() };
    case 'supermask':
      written.byte(constantKinds.indexOf(body.constants));
      for (const factor of body.factors) written.float32(factor);
      return { mask: writeMasks(layers, survives), values: written.finish() };
    case 'weights': {
      for (const { weights, biases } of body.tables) {
        writeTable(written, weights);
        writeTable(written, biases);
      }
      const mask = bitWriter();
      const values = bitWriter();
      const stored = body.tensors.map(({ weights, biases }, l) => ({
        weightCode: codeOf(body.tables[l].weights),
        biasCode: codeOf(body.tables[l].biases),
        weights: weights.slice(),
        biases: biases.slice(),
      }));
      codeLayers(layers, survives, mask.code, { layers: stored, coder: values.code });
      written.bytes(values.finish());
      return { mask: mask.finish(), values: written.finish() };
    }
  }
}
