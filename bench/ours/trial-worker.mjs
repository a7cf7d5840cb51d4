// The entry of a worker thread that trains one network: does as many steps as it is sent, and answers.
import { parentPort, workerData } from 'node:worker_threads';
import { backendNamed, openTraining, survivorsIn } from './engine.mjs';
import { benchRecipe } from './steps.mjs';

const { weights, backend, data } = workerData;
const training = openTraining({
  backend: await backendNamed(backend),
  ...survivorsIn(weights),
  data,
  recipe: benchRecipe(),
});
parentPort.on('message', (steps) => {
  training.run(steps);
  parentPort.postMessage('done');
});
parentPort.postMessage('ready');
