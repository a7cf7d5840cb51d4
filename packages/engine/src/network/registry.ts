import { suggestion, UserError } from '@winnow/arithmetic';
import { conv2, conv4, conv6 } from './conv.js';
import { resnet20, vgg19 } from './deep.js';
import { lenet300 } from './lenet300.js';
import type { ImageShape, Network } from './network.js';

const networks: Readonly<Record<string, (image?: ImageShape, classes?: number) => Network>> = {
  'lenet-300-100': () => lenet300(),
  'conv-2': conv2,
  'conv-4': conv4,
  'conv-6': conv6,
  'resnet-20': resnet20,
  'vgg-19': vgg19,
};

/** What `networkByName` knows. */
export const networkNames: readonly string[] = Object.keys(networks);

/** A convolutional network for other pictures or classes: `conv-2-1x28x28`, `conv-2-3x32x32-100`. */
const SHAPED = /^(conv-[246]|resnet-20|vgg-19)-(\d{1,4})x(\d{1,4})x(\d{1,4})(?:-(\d{1,3}))?$/;

/** What a network's recipe goes by: its name without the shape of its pictures. */
export function familyOf({ name }: Pick<Network, 'name'>): string {
  return SHAPED.exec(name)?.[1] ?? name;
}

/**
 * Knows the convolutional ones also for other pictures than CIFAR-10's, and other classes than ten: `conv-2-1x28x28` (channels, height,
 * width), `conv-2-3x32x32-100`.
 * @throws UserError for an unknown name, listing the known ones and suggesting the nearest
 */
export function networkByName(name: string): Network {
  if (Object.hasOwn(networks, name)) return networks[name]();
  const [, family, channels, height, width, classes] = SHAPED.exec(name) ?? [];
  if (family !== undefined) {
    const image = { channels: Number(channels), height: Number(height), width: Number(width) };
    return { ...networks[family](image, classes === undefined ? undefined : Number(classes)), name };
  }
  throw new UserError(
    `There is no network "${name}".${suggestion(name, networkNames)} Known networks: ${networkNames.join(', ')}.`,
  );
}

/** What a network must fit of a data set. */
export interface ExampleForm {
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly classes: number;
}

/**
 * The same, fitted to a data set where the name leaves that open: `conv-2` is `conv-2-1x28x28` for MNIST, and `conv-2-3x32x32-100` for CIFAR-100.
 * A network that cannot be fitted stays what it is.
 * @throws UserError as `networkByName`
 */
export function networkForData(name: string, { shape, classes }: ExampleForm): Network {
  const usual = networkByName(name);
  if (usual.image === undefined || !SHAPED.test(`${name}-1x1x1`)) return usual;
  const { channels, height, width } = usual.image;
  const sameShape = [channels, height, width].every((size, i) => size === shape[i]);
  const sameClasses = classes <= usual.classes;
  if (sameShape && sameClasses) return usual;
  return networkByName(`${name}-${shape.join('x')}${sameClasses ? '' : `-${classes}`}`);
}
