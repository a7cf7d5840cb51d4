import { suggestion, UserError } from '@winnow/arithmetic';
import { lenet300 } from './lenet300.js';
import type { Network } from './network.js';

const networks: Readonly<Record<string, () => Network>> = {
  'lenet-300-100': lenet300,
};

/** What `networkByName` knows. */
export const networkNames: readonly string[] = Object.keys(networks);

/** @throws UserError for an unknown name, listing the known ones and suggesting the nearest */
export function networkByName(name: string): Network {
  if (Object.hasOwn(networks, name)) return networks[name]();
  throw new UserError(
    `There is no network "${name}".${suggestion(name, networkNames)} Known networks: ${networkNames.join(', ')}.`,
  );
}
