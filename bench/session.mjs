import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences, expected, tolerancesOf } from './check.mjs';
import { batchOf } from './convnets.mjs';
import { firstBatch } from './dataset.mjs';
import { makeWeights, splitWeights, survivorsAtDensity } from './lenet.mjs';
import { lenetOnnx } from './peers/onnx.mjs';
import { askPeer, startPeer } from './peers/peer.mjs';
import { PEERS } from './peers/peers.mjs';
import { summary } from './peers/protocol.mjs';
import { expectedSupermask, SCORE_RATE, scoresToCheck } from './supermask-reference.mjs';

/** Steps whose losses are compared where no gradients are. */
const CHECKED_LOSSES = 3;

/**
 * One run of the bench: the files that every program reads, and programs that were checked before they are timed. `peers` are the
 * names of those to measure; `set` the training set; `ours` Winnow's side or undefined; `say` tells a line of progress.
 */
export class Session {
  #folder = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
  #checked = new Map();
  #variants = new Map();
  #right = new Map();
  #running = new Set();

  constructor({ peers, set, ours, say, repeats }) {
    Object.assign(this, { peers, set, ours, say, repeats });
    this.batch = firstBatch(set);
    this.about = {};
    this.#write('images', set.images);
    this.#write('labels', set.labels);
    this.#write('batch-inputs', this.batch.inputs);
    this.#write('batch-labels', this.batch.labels);
  }

  #write(name, values) {
    const path = join(this.#folder, name);
    writeFileSync(path, values);
    return path;
  }

  /** Weights with that many survivors in each layer: { survivors, values, path }. */
  weights(survivors) {
    const values = makeWeights(survivors);
    return { survivors, values, path: this.#write(`weights-${survivors.join('-')}`, values) };
  }

  /** The same for given values: { values, path }. The file is gone with the next that has this name. */
  written(name, values) {
    return { values, path: this.#write(name, values) };
  }

  /**
   * Starts a peer at `job` ('training-step' or 'inference') and checks it; undefined if it is not there, cannot do that job, or
   * fails, which is told.
   */
  async start(name, { job, weights, threads = 1, masked = false, batch, rate }) {
    if (!this.peers.includes(name) || !PEERS[name].jobs.includes(job)) return undefined;
    const key = [name, job, threads, masked, batch].join(' ');
    const file = (kind) => join(this.#folder, kind);
    try {
      const running = await startPeer(name, {
        job,
        weights: weights.path,
        images: file('images'),
        labels: file('labels'),
        onnx: name === 'onnxruntime' ? this.#write('lenet.onnx', lenetOnnx(splitWeights(weights.values))) : undefined,
        threads,
        masked,
        batch,
        rate,
        variant: this.#variants.get(key),
      });
      this.#running.add(running);
      const variant = running.about.options.variant;
      this.#variants.set(key, variant);
      this.about[key.trim()] = running.about;
      if (job === 'supermask-step') await this.#checkSupermask(name, variant);
      else await this.#check(name, masked, job === 'training-step' ? variant : undefined);
      return running;
    } catch (error) {
      this.say(`left out: ${error.message}`);
      return undefined;
    }
  }

  /**
   * Starts a peer at training steps of a convolutional network, if on dense weights, and if it has masks on sparse ones, it has the losses that
   * Winnow has before each of some steps; undefined as for `start`. weightsAt(density): { values, path }.
   */
  async startConvolution(name, { network, weightsAt, pictures, threads = 1, masked = false }) {
    if (!this.peers.includes(name) || !PEERS[name].jobs.includes('convolution-step')) return undefined;
    const files = {
      images: this.#write('pictures', pictures.images),
      labels: this.#write('picture-labels', pictures.labels),
    };
    try {
      const options = { network, ...files, threads, masked };
      const running = await startPeer(name, { job: 'convolution-step', weights: weightsAt(1).path, ...options });
      this.#running.add(running);
      this.about[`${name} ${network} ${threads}`] = running.about;
      if (this.ours === undefined) return running;
      const { variant } = running.about.options;
      for (const density of masked ? [1, 0.05] : [1]) {
        const { values, path } = weightsAt(density);
        const setting = { network, weights: values, pictures: batchOf(pictures), backend: 'native' };
        const losses = await this.ours.convolutionLosses(setting, CHECKED_LOSSES);
        const gradients = summary(await this.ours.convolutionGradients(setting));
        const answer = await askPeer(name, {
          job: 'convolution-check',
          weights: path,
          ...options,
          threads: 1,
          variant,
        });
        const right = { loss: losses[0], gradients, losses };
        const found = differences({ loss: answer.losses[0], ...answer }, right, tolerancesOf(network));
        this.#refuse(`${PEERS[name].title} (${network})`, found);
      }
      return running;
    } catch (error) {
      this.say(`left out: ${error.message}`);
      return undefined;
    }
  }

  /** Compares a peer's loss and gradients with what is right, once for each variant; a masked one on sparse weights. */
  async #check(name, masked, variant) {
    const key = [name, masked, variant].join(' ');
    if (!this.#checked.has(key)) {
      const { weights, right } = this.#rightFor(masked ? 0.05 : 1);
      const answer = await askPeer(name, {
        job: 'loss-and-gradient',
        weights: weights.path,
        inputs: join(this.#folder, 'batch-inputs'),
        labels: join(this.#folder, 'batch-labels'),
        onnx: name === 'onnxruntime' ? this.#write('check.onnx', lenetOnnx(splitWeights(weights.values))) : undefined,
        masked,
        variant: name === 'torch' || name === 'tfjs' ? variant : undefined,
      });
      this.#checked.set(key, differences(answer, right));
    }
    this.#refuse(PEERS[name].title, this.#checked.get(key));
  }

  /** The same for Winnow: dense and sparse. */
  async checkOurs(backend) {
    for (const density of [1, 0.05]) {
      const { weights, right } = this.#rightFor(density);
      const { loss, gradients, losses } = await this.ours.lossAndGradient(weights.values, this.batch, backend);
      this.#refuse(`winnow (${backend})`, differences({ loss, gradients: summary(gradients), losses }, right));
      for (const atOnce of [1, 60]) {
        const predicted = await this.ours.predictionLoss(weights.values, this.batch, backend, atOnce);
        this.#refuse(`winnow (${backend}, inference)`, differences({ loss: predicted }, right));
      }
    }
  }

  /** Compares a peer's supermask with what is right, with masks that are given; and that it draws about as many ones as it should. */
  async #checkSupermask(name, variant) {
    const key = ['supermask', name, variant].join(' ');
    if (!this.#checked.has(key)) {
      const { weights, scores, right } = this.#rightSupermask();
      const answer = await askPeer(name, {
        job: 'supermask-check',
        weights: weights.path,
        inputs: join(this.#folder, 'batch-inputs'),
        labels: join(this.#folder, 'batch-labels'),
        scores: this.#write('supermask-scores', scores),
        bits: this.#write('supermask-bits', right.bits),
        rate: SCORE_RATE,
        variant,
      });
      const found = differences(answer, right);
      if (!(Math.abs(answer.onesInDeviations) < 5)) found.push(`ones are ${answer.onesInDeviations} deviations off`);
      this.#checked.set(key, found);
    }
    this.#refuse(PEERS[name].title, this.#checked.get(key));
  }

  /** The same for Winnow. */
  async checkOurSupermask(backend) {
    const { weights, scores, right } = this.#rightSupermask();
    const { loss, gradients, losses } = await this.ours.supermaskCheck(weights.values, scores, this.batch, backend);
    this.#refuse(`winnow (${backend}, supermask)`, differences({ loss, gradients: summary(gradients), losses }, right));
  }

  #rightSupermask() {
    if (!this.#right.has('supermask')) {
      const weights = this.weights(survivorsAtDensity(1));
      const scores = scoresToCheck();
      const right = expectedSupermask(weights.values, scores, this.batch);
      this.#right.set('supermask', { weights, scores, right });
    }
    return this.#right.get('supermask');
  }

  #refuse(title, found) {
    if (found.length > 0) throw new Error(`${title} does not do the same work: ${found[0]} (${found.length} such).`);
  }

  #rightFor(density) {
    if (!this.#right.has(density)) {
      const weights = this.weights(survivorsAtDensity(density));
      this.#right.set(density, { weights, right: expected(weights.values, this.batch) });
    }
    return this.#right.get(density);
  }

  /** What Winnow's side is given for these weights. */
  setting(weights, { backend = 'native' } = {}) {
    return { weights: weights.values, set: this.set, backend };
  }

  close() {
    for (const running of this.#running) running.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
