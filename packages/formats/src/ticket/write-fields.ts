import type { TicketHeader, TrainingRecipe } from '@winnow/runtime';
import { initialisations, layerKinds, optimizers, schedules } from '@winnow/runtime/format';
import type { ByteWriter } from './byte-writer.js';

/** Writes what every body has (docs/ticket-format.md, Header). */
export function writeHeader(writer: ByteWriter, header: TicketHeader): void {
  const { network, picture, scale, data, start, digest, test } = header;
  writer.text(network.name);
  writer.count(network.inputs);
  writer.count(network.layers.length);
  let dense = 0;
  for (const layer of network.layers) {
    writer.byte(layerKinds.indexOf(layer.kind));
    if (layer.kind === 'relu') continue;
    dense++;
    writer.count(layer.outputs);
    writer.text(layer.name === `dense ${dense}` ? '' : layer.name);
  }
  for (const size of picture === null ? [0] : [picture.channels, picture.height, picture.width]) writer.count(size);
  writer.float32(scale);
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
