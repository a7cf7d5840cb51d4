import { suggestion, UserError } from '@winnow/arithmetic';
import { conv2, conv4, conv6 } from './conv.js';
import { lenet300 } from './lenet300.js';
import type { ImageShape, Network } from './network.js';

const networks: Readonly<Record<string, (image?: ImageShape) => Network>> = {
  'lenet-300-100': () => lenet300(),
  'conv-2': conv2,
  'conv-4': conv4,
  'conv-6': conv6,
};

/** What `networkByName` knows. */
export const networkNames: readonly string[] = Object.keys(networks);

/** A convolutional network for pictures of another shape: `conv-2-1x28x28`. */
const SHAPED = /^(conv-[246])-(\d{1,4})x(\d{1,4})x(\d{1,4})$/;

/** What a network's recipe goes by: its name without the shape of its pictures. */
export function familyOf({ name }: Pick<Network, 'name'>): string {
  return SHAPED.exec(name)?.[1] ?? name;
}

/**
 * Knows `conv-2`, `conv-4` and `conv-6` also for other pictures than CIFAR-10's: `conv-2-1x28x28` (channels, height, width).
 * @throws UserError for an unknown name, listing the known ones and suggesting the nearest
 */
export function networkByName(name: string): Network {
  if (Object.hasOwn(networks, name)) return networks[name]();
  const [, family, ...sizes] = SHAPED.exec(name) ?? [];
  if (family !== undefined) {
    const [channels, height, width] = sizes.map(Number);
    return { ...networks[family]({ channels, height, width }), name };
  }
  throw new UserError(
    `There is no network "${name}".${suggestion(name, networkNames)} Known networks: ${networkNames.join(', ')}.`,
  );
}
