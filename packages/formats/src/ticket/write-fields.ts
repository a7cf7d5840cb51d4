import type { TicketHeader, TrainingRecipe } from '@winnow/runtime';
import { initialisations, layerKinds, optimizers, schedules } from '@winnow/runtime/format';
import type { ByteWriter } from './byte-writer.js';

/** Writes what every body has (docs/ticket-format.md, Header). */
export function writeHeader(writer: ByteWriter, header: TicketHeader): void {
  const { network, picture, scale, channels, data, start, digest, test } = header;
  writer.text(network.name);
  writer.count(network.inputs);
  writer.count(network.layers.length);
  const { layers } = network;
  for (const [l, layer] of layers.entries()) {
    const { kind } = layer;
    writer.byte(layerKinds.indexOf(kind));
    if (kind === 'dense' || kind === 'convolution') {
      const usual = `${kind} ${layers.slice(0, l + 1).filter((other) => other.kind === kind).length}`;
      writer.count(kind === 'dense' ? layer.outputs : layer.output.channels);
      writer.text(layer.name === usual ? '' : layer.name);
    }
    if (kind === 'convolution') for (const size of [layer.kernel, layer.stride, layer.padding]) writer.count(size);
    if (kind === 'max-pool') for (const size of [layer.size, layer.stride]) writer.count(size);
  }
  for (const size of picture === null ? [0] : [picture.channels, picture.height, picture.width]) writer.count(size);
  writer.float32(channels === undefined ? scale : 0);
  for (const { factor, shift } of channels ?? []) for (const value of [factor, shift]) writer.float32(value);
  writer.text(data.name);
  writer.digest(data.digest);
  writer.count(start === null ? 0 : start.draw.kind === 'initial' ? 1 : 2);
  if (start !== null) {
    writer.byte(initialisations.indexOf(start.initialisation));
    writer.count(start.seed);
    writer.count(start.trial);
    if (start.draw.kind === 'reinit') {
      writer.count(start.draw.level);
      writer.count(start.draw.replicate);
    }
  }
  writer.digest(digest);
  writer.count(test?.of ?? 0);
  if (test !== null) writer.count(test.correct);
}

/** Writes how a `recipe` is trained (docs/ticket-format.md, Training). */
export function writeTraining(writer: ByteWriter, training: TrainingRecipe): void {
  const { optimizer, schedule } = training;
  writer.count(training.arithmetic);
  writer.count(training.split.validation);
  writer.count(training.split.stratified ? 1 : 0);
  writer.count(training.level);
  writer.byte(optimizers.indexOf(optimizer.name));
  writer.decimal(optimizer.rate);
  if (optimizer.name === 'momentum') writer.decimal(optimizer.momentum);
  if (optimizer.name === 'adam')
    for (const value of [optimizer.beta1, optimizer.beta2, optimizer.epsilon]) writer.decimal(value);
  writer.byte(schedules.indexOf(schedule.kind));
  if (schedule.kind === 'step') {
    writer.count(schedule.at.length);
    for (const at of schedule.at) writer.count(at);
    writer.decimal(schedule.factor);
  }
  writer.count(training.warmup);
  writer.decimal(training.weightDecay);
  writer.count(training.batch);
  writer.count(training.iterations);
  writer.count(training.evaluateEvery);
}
