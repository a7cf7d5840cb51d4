import { UserError } from '@winnow/arithmetic';

/** The bytes at an address. @throws UserError if it cannot be fetched */
export async function fetched(address: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address);
  if (!response.ok) throw new UserError(`${address} cannot be fetched: ${response.status} ${response.statusText}.`);
  return new Uint8Array(await response.arrayBuffer());
}
