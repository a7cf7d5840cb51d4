import { instructions } from '../plan/instructions.js';

/**
 * A number that changes with the instruction table (FNV-1a, 32 bits). Built kernels carry the one they were made from, so that an old build
 * is refused and never misreads a program.
 */
export function tableDigest(): number {
  let digest = 0x811c9dc5;
  for (const character of JSON.stringify(instructions)) {
    digest = Math.imul(digest ^ character.charCodeAt(0), 0x01000193);
  }
  return digest | 0;
}
