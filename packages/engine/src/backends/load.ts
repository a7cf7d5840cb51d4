import { suggestion, UserError } from '@winnow/arithmetic';
import type { Backend, BackendName, InstructionSet } from './backend.js';
import type { Found } from './built-kernels.js';
import { findNative } from './native.js';
import { reference } from './reference.js';
import { findWasm } from './wasm.js';

/** Which backend to take; what is left out is chosen. */
export interface BackendChoice {
  readonly backend?: BackendName;
  /** Of the native backend. */
  readonly isa?: InstructionSet;
}

const backendNames: readonly BackendName[] = ['reference', 'wasm', 'native'];
const instructionSets: readonly InstructionSet[] = ['avx512', 'avx2', 'baseline', 'neon'];

/**
 * The backend that was chosen; without a choice the fastest: native if it is built, else WebAssembly. The reference
 * backend is a thousand times slower and only taken when it is asked for.
 * @throws UserError, saying what to build, if what was chosen, or everything, is missing
 */
export async function loadBackend(choice: BackendChoice = {}): Promise<Backend> {
  const { isa } = choice;
  const name = choice.backend ?? (isa === undefined ? null : 'native');
  if (isa !== undefined && name !== 'native') {
    throw new UserError(`The ${name} backend has no instruction set to choose: leave out "${isa}".`);
  }
  switch (name) {
    case 'reference':
      return reference;
    case 'wasm':
      return first(await findWasm());
    case 'native':
      return isa === undefined ? first(findNative()) : withInstructionSet(findNative(), isa);
    case null:
      return fastest();
  }
}

/** Every backend and instruction set of this machine, the reference first: for tests. */
export async function availableBackends(): Promise<readonly Backend[]> {
  const built = [await findWasm(), findNative()];
  return [reference, ...built.flatMap((found) => (found.kind === 'found' ? found.backends : []))];
}

/**
 * What WINNOW_BACKEND and WINNOW_ISA choose.
 * @throws UserError for a name that does not exist
 */
export function backendChoiceFromEnvironment(environment: Readonly<Record<string, string | undefined>>): BackendChoice {
  const backend = namedIn(environment, 'WINNOW_BACKEND', backendNames);
  const isa = namedIn(environment, 'WINNOW_ISA', instructionSets);
  return { ...(backend !== null && { backend }), ...(isa !== null && { isa }) };
}

async function fastest(): Promise<Backend> {
  const native = findNative();
  if (native.kind === 'found' && native.backends.length > 0) return native.backends[0];
  const wasm = await findWasm();
  if (wasm.kind === 'found') return wasm.backends[0];
  const reason = native.kind === 'missing' ? `${native.reason} ` : '';
  throw new UserError(`${reason}${wasm.reason}`);
}

function first(found: Found): Backend {
  if (found.kind === 'missing') throw new UserError(found.reason);
  return found.backends[0];
}

function withInstructionSet(found: Found, isa: InstructionSet): Backend {
  if (found.kind === 'missing') throw new UserError(found.reason);
  const backend = found.backends.find((candidate) => candidate.isa === isa);
  if (backend !== undefined) return backend;
  const known = found.backends.map((candidate) => candidate.isa).join(', ');
  throw new UserError(`This machine cannot run "${isa}". It can run: ${known}.`);
}

function namedIn<Name extends string>(
  environment: Readonly<Record<string, string | undefined>>,
  variable: string,
  names: readonly Name[],
): Name | null {
  const value = environment[variable];
  if (value === undefined || value === '') return null;
  const known = names.find((name) => name === value);
  if (known !== undefined) return known;
  throw new UserError(`${variable} cannot be "${value}".${suggestion(value, names)} It can be: ${names.join(', ')}.`);
}
