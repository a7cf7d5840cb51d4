import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { arithmetic, type Backend } from '@winnow/engine';

/** What made a result: recorded beside it, never part of its name. */
export interface Provenance {
  readonly versions: { readonly winnow: string; readonly arithmetic: number; readonly node: string };
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly system: string;
    readonly backend: Backend['name'];
    readonly isa: Backend['isa'];
  };
}

/** This program on this machine. */
export function provenanceOf({ name, isa }: Pick<Backend, 'name' | 'isa'>): Provenance {
  const processors = cpus();
  return {
    versions: { winnow: winnowVersion(), arithmetic, node: process.versions.node },
    machine: {
      processor: processors[0]?.model.trim() ?? process.arch,
      cores: processors.length,
      system: `${process.platform} ${release()} ${process.arch}`,
      backend: name,
      isa,
    },
  };
}

/** The version of this package; all of them have the same. */
export function winnowVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
