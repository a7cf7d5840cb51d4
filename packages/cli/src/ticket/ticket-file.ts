import { readFile, writeFile } from 'node:fs/promises';
import { UserError } from '@winnow/arithmetic';
import { writingError } from '@winnow/lab';
import { readTicket, type Ticket } from '@winnow/runtime';

/** Reads a ticket's file. @throws UserError that names it, if it cannot be read or is no ticket that is whole */
export async function readTicketFile(path: string): Promise<Ticket> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UserError(`${path} cannot be read: ${error instanceof Error ? error.message.split(',')[0] : error}.`);
  });
  try {
    return readTicket(bytes);
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${path}: ${error.message}`) : error;
  }
}

/** @throws UserError, RunError in a sentence, if it cannot be written */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes).catch((error: unknown) => {
    throw writingError(error, path);
  });
}
