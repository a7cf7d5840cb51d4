"""What every Python peer shares: the command line, the files, the clock and the answers.

A peer does one job. Alone it measures some windows and prints one JSON object. With --serve it says when it is ready and
then answers requests, one JSON object a line, so that the harness can measure several programs alternately:

    {"steps": 20}        -> {"microseconds": 1234.5, "cpuMicroseconds": 1201.2}   one window: the mean of that many steps
    {"weights": "file"}  -> {"loaded": true}                                      other weights and masks from now on
"""

import argparse
import json
import sys
import time
from statistics import median

import numpy

LAYERS = ((784, 300), (300, 100), (100, 10))
BATCH = 60
RATE, BETA1, BETA2, EPSILON = 1.2e-3, 0.9, 0.999, 1e-8


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--job", required=True, choices=["training-step", "inference", "loss-and-gradient", "supermask-step", "supermask-check", "convolution-step", "convolution-check"])
    parser.add_argument("--weights", required=True, help="little-endian f32: weights (outputs, inputs), then biases, by layer")
    parser.add_argument("--images", help="u8 images (count, 784): the training set")
    parser.add_argument("--labels", help="u8 labels: of the training set, or of the checked batch")
    parser.add_argument("--inputs", help="f32 inputs (60, 784): the batch to check")
    parser.add_argument("--network", help="conv-2, conv-4, conv-6 or resnet-20")
    parser.add_argument("--batch", type=int, default=BATCH, help="images at a time, for inference and supermasks")
    parser.add_argument("--rate", type=float, default=RATE, help="of the scores of a supermask")
    parser.add_argument("--scores", help="f32 scores of all layers: those to check")
    parser.add_argument("--bits", help="u8 (steps, weights): the masks of the checked steps")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--masked", action="store_true", help="multiply masks into the weights; a weight of zero is pruned")
    parser.add_argument("--variant", default="best", help="one way of running it, or the best of all")
    parser.add_argument("--steps", type=int, default=20, help="steps in a window")
    parser.add_argument("--windows", type=int, default=40)
    parser.add_argument("--serve", action="store_true")
    return parser.parse_args()


def read_weights(path):
    """[(weight (outputs, inputs), bias (outputs))] of the three layers."""
    values = numpy.fromfile(path, dtype="<f4")
    layers, offset = [], 0
    for inputs, outputs in LAYERS:
        weight = values[offset : offset + inputs * outputs].reshape(outputs, inputs)
        offset += inputs * outputs
        layers.append((weight.copy(), values[offset : offset + outputs].copy()))
        offset += outputs
    assert offset == len(values), f"{path} holds {len(values)} numbers, not {offset}"
    return layers


def read_training_set(options):
    """Images as f32 (count, 784) between 0 and 1, and labels as i64."""
    images = numpy.fromfile(options.images, dtype=numpy.uint8).reshape(-1, 784)
    labels = numpy.fromfile(options.labels, dtype=numpy.uint8).astype(numpy.int64)
    return images * numpy.float32(1 / 255), labels


def first_images(options):
    """As many images as inference takes at a time, f32 (batch, 784)."""
    images = numpy.fromfile(options.images, dtype=numpy.uint8, count=options.batch * 784).reshape(-1, 784)
    return images * numpy.float32(1 / 255)


def read_batch(options):
    inputs = numpy.fromfile(options.inputs, dtype="<f4").reshape(-1, 784)
    labels = numpy.fromfile(options.labels, dtype=numpy.uint8).astype(numpy.int64)
    return inputs, labels


def batches(count, seed=1, batch=BATCH):
    """Indices of one batch after the other, every epoch in another order. The orders of 20 epochs are drawn beforehand."""
    generator = numpy.random.default_rng(seed)
    per_epoch = count // batch
    epochs = [generator.permutation(count)[: per_epoch * batch].reshape(per_epoch, batch) for _ in range(20)]
    return numpy.concatenate(epochs)


def summary(gradients):
    """What the harness compares: enough to tell a wrong gradient, small enough to print. The sample is spread evenly."""
    return [
        {
            "sum": float(numpy.sum(g, dtype=numpy.float64)),
            "absoluteSum": float(numpy.sum(numpy.abs(g), dtype=numpy.float64)),
            "sample": [float(g.ravel()[(2 * k + 1) * g.size // 32]) for k in range(16)],
        }
        for g in gradients
    ]


def note(error):
    """Why a variant was left out, in one line."""
    text = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {text}"[:160]


def window(job, steps):
    """Mean time of a step by the wall clock and by the process's own. A job that runs several steps in one call (chunk) gets
    whole calls."""
    chunk = getattr(job, "chunk", 1)
    steps = -(-steps // chunk) * chunk
    cpu, start = time.process_time(), time.perf_counter()
    job.run(steps)
    wall = time.perf_counter() - start
    return {"microseconds": wall / steps * 1e6, "cpuMicroseconds": (time.process_time() - cpu) / steps * 1e6}


def fastest(variants, wanted, steps):
    """Builds each variant, measures it shortly and keeps the one with the best window. variants: {name: () -> job}."""
    tried, jobs = {}, {}
    steps = min(steps, 4)
    for name, build in variants.items():
        if wanted not in ("best", name):
            continue
        try:
            jobs[name] = build()
            window(jobs[name], steps)
        except Exception as error:  # a variant that cannot run here is a note, not a failure
            jobs.pop(name, None)
            tried[name] = note(error)
    if not jobs:
        raise SystemExit(f"no variant runs here: {tried}")
    times = {name: [] for name in jobs}
    for turn in range(12):
        if turn == 3:  # those that are clearly slower need no more turns
            quickest = min(min(times[name]) for name in jobs)
            jobs = {name: job for name, job in jobs.items() if min(times[name]) < 1.5 * quickest}
        for name, job in jobs.items():
            window(job, 1)  # settles caches after the other variant
            times[name].append(window(job, steps)["microseconds"])
    for name, measured in times.items():
        tried[name] = round(min(measured), 2)
    best = min(jobs, key=lambda name: tried[name])
    return best, jobs[best], tried


def measure(peer, version, options, variants):
    """Runs the job of a peer as the command line says."""
    name, job, tried = fastest(variants, options.variant, options.steps)
    about = {
        "peer": peer,
        "version": version,
        "job": options.job,
        "threads": options.threads,
        "options": {"variant": name, "masked": options.masked, "batch": options.batch, "tried": tried},
    }
    if options.serve:
        say({"ready": True, **about})
        for line in sys.stdin:
            request = json.loads(line)
            if "weights" in request:
                job.load(request["weights"])
                say({"loaded": True})
            else:
                say(window(job, request["steps"]))
        return
    windows = [window(job, options.steps) for _ in range(options.windows)]
    say(
        {
            **about,
            "medianMicroseconds": median([w["microseconds"] for w in windows]),
            "bestMicroseconds": min(w["microseconds"] for w in windows),
            "medianCpuMicroseconds": median([w["cpuMicroseconds"] for w in windows]),
            "steps": options.steps * options.windows,
        }
    )


def say(answer):
    print(json.dumps(answer), flush=True)
