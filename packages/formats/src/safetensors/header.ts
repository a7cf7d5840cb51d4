import { bytesOfType, METADATA_KEY, type TensorType, valuesOfShape } from './tensor.js';

/** What the header says of one tensor, checked by itself: bytes `begin` to `end` of the data are just what it takes. */
export interface Part {
  readonly name: string;
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly parts: readonly Part[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where in the file the data begins. */
  readonly dataStart: number;
}

/** Ends the reading with the reason why. */
type Fail = (reason: string) => never;

/** The checked header of a file. Whether the parts fit together is not looked at here. */
export function headerOf(bytes: Uint8Array, fail: Fail): Header {
  if (bytes.length < 8) return fail(`it ends after ${bytes.length} bytes, before its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > BigInt(bytes.length - 8)) {
    return fail(`its header should take ${headerBytes} bytes and ${bytes.length - 8} are there`);
  }
  const dataStart = 8 + Number(headerBytes);
  const entries = Object.entries(parsed(bytes.subarray(8, dataStart), fail));
  const metadata = entries.find(([name]) => name === METADATA_KEY)?.[1] ?? {};
  const parts = entries
    .filter(([name]) => name !== METADATA_KEY)
    .map(([name, entry]) => partOf(name, entry, bytes.length - dataStart, fail));
  return { parts, metadata: isText(metadata) ? metadata : fail('its metadata is not text by name'), dataStart };
}

function parsed(json: Uint8Array, fail: Fail): object {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    return fail('its header is not JSON');
  }
  return isRecord(header) ? header : fail('its header is not a JSON object');
}

function partOf(name: string, entry: unknown, dataBytes: number, fail: Fail): Part {
  if (!isRecord(entry)) return fail(`tensor ${shown(name)} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isType(dtype))
    return fail(`tensor ${shown(name)} is of type ${shown(dtype)}, and only F32, I32 and U8 are read`);
  if (!isCounts(shape)) return fail(`tensor ${shown(name)} has no shape of whole numbers`);
  if (!isCounts(offsets) || offsets.length !== 2) return fail(`tensor ${shown(name)} has no pair of offsets`);
  const [begin, end] = offsets;
  if (begin > end || end > dataBytes) {
    return fail(`tensor ${shown(name)} should lie at bytes ${begin} to ${end} of ${dataBytes}`);
  }
  const takes = valuesOfShape(shape) * bytesOfType[dtype];
  if (takes !== end - begin) {
    return fail(`tensor ${shown(name)} of shape ${shown(shape)} and type ${dtype} has ${end - begin} bytes`);
  }
  return { name, dtype, shape, begin, end };
}

/** Anything from a file, safe to print: quoted, on one line, not too long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isType(value: unknown): value is TensorType {
  return typeof value === 'string' && Object.hasOwn(bytesOfType, value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
