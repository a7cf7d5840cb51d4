"""JAX on the CPU: the whole step (gather, forward, backward, Adam) as one jitted function that gives its buffers back."""

import os
import sys

THREADS = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "1"
# Read by XLA when it starts, so before the import.
os.environ["NPROC"] = THREADS
os.environ["JAX_PLATFORMS"] = "cpu"
if THREADS == "1":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy  # noqa: E402

import protocol  # noqa: E402

SCANNED = 20  # steps in one call of the scanned variant


def network(parameters, masks, x):
    for index, (weight, bias) in enumerate(parameters):
        x = x @ (weight if masks is None else weight * masks[index]).T + bias
        if index < len(parameters) - 1:
            x = jax.nn.relu(x)
    return x


def loss_of(parameters, masks, x, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(network(parameters, masks, x)), y[:, None], axis=1))


def adam(parameters, state, gradients):
    first, second, beta1, beta2 = state
    beta1, beta2 = beta1 * protocol.BETA1, beta2 * protocol.BETA2
    first = jax.tree.map(lambda m, g: protocol.BETA1 * m + (1 - protocol.BETA1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: protocol.BETA2 * v + (1 - protocol.BETA2) * g * g, second, gradients)
    parameters = jax.tree.map(
        lambda w, m, v: w - protocol.RATE * (m / (1 - beta1)) / (jnp.sqrt(v / (1 - beta2)) + protocol.EPSILON),
        parameters,
        first,
        second,
    )
    return parameters, (first, second, beta1, beta2)


def step(parameters, state, masks, x, y):
    loss, gradients = jax.value_and_grad(loss_of)(parameters, masks, x, y)
    parameters, state = adam(parameters, state, gradients)
    return parameters, state, loss


def gathered_step(parameters, state, masks, images, labels, batch):
    return step(parameters, state, masks, images[batch], labels[batch])


def scanned_steps(parameters, state, masks, images, labels, batches):
    def body(carry, batch):
        parameters, state, loss = gathered_step(*carry, masks, images, labels, batch)
        return (parameters, state), loss

    (parameters, state), losses = jax.lax.scan(body, (parameters, state), batches)
    return parameters, state, losses


class Training:
    def __init__(self, options, images, labels, order, scanned):
        self.images, self.labels, self.order, self.position = images, labels, order, 0
        self.options, self.chunk = options, SCANNED if scanned else 1
        self.step = jax.jit(scanned_steps if scanned else gathered_step, donate_argnums=(0, 1))
        self.load(options.weights)

    def load(self, path):
        self.parameters, self.masks = load(path, self.options.masked)
        zeros = jax.tree.map(jnp.zeros_like, self.parameters)
        self.state = (zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(1), jnp.float32(1))

    def run(self, steps):
        for _ in range(steps // self.chunk):
            end = self.position + self.chunk
            batch = self.order[self.position] if self.chunk == 1 else self.order[self.position : end]
            self.position = end % (len(self.order) - self.chunk)
            self.parameters, self.state, _ = self.step(
                self.parameters, self.state, self.masks, self.images, self.labels, batch
            )
        jax.block_until_ready(self.parameters)


class Inference:
    def __init__(self, options):
        self.forward = jax.jit(lambda parameters, x: network(parameters, None, x))
        self.x = jnp.asarray(protocol.first_images(options))
        self.load(options.weights)

    def load(self, path):
        self.parameters, _ = load(path, False)

    def run(self, steps):
        for _ in range(steps):
            self.forward(self.parameters, self.x).block_until_ready()


def load(path, masked):
    layers = protocol.read_weights(path)
    masks = [jnp.asarray((weight != 0).astype(numpy.float32)) for weight, _ in layers] if masked else None
    return [(jnp.asarray(weight), jnp.asarray(bias)) for weight, bias in layers], masks


def variants(options):
    if options.job == "inference":
        return {"jit": lambda: Inference(options)}
    images, labels = read_training_set(options)
    order = protocol.batches(len(images)).astype(numpy.int32)
    return {
        "jit": lambda: Training(options, images, labels, order, False),
        f"jit of {SCANNED} scanned steps": lambda: Training(options, images, labels, order, True),
    }


def read_training_set(options):
    images, labels = protocol.read_training_set(options)
    return jnp.asarray(images), jnp.asarray(labels.astype(numpy.int32))


def loss_and_gradient(options):
    inputs, labels = protocol.read_batch(options)
    x, y = jnp.asarray(inputs), jnp.asarray(labels.astype(numpy.int32))
    job = Training(options, x, y, None, False)
    gradients = jax.grad(loss_of)(job.parameters, job.masks, x, y)
    masks = [numpy.asarray(weight) != 0 for weight, _ in job.parameters]
    everything, losses = numpy.arange(len(inputs), dtype=numpy.int32), []
    for _ in range(5):
        job.parameters, job.state, loss = job.step(job.parameters, job.state, job.masks, x, y, everything)
        losses.append(float(loss))
    flat = [part for mask, (weight, bias) in zip(masks, gradients) for part in (numpy.asarray(weight) * mask, numpy.asarray(bias))]
    protocol.say(
        {
            "peer": "jax",
            "version": jax.__version__,
            "job": options.job,
            "loss": losses[0],
            "gradients": protocol.summary(flat),
            "losses": losses,
        }
    )


def main():
    options = protocol.arguments()
    if options.job == "loss-and-gradient":
        loss_and_gradient(options)
    else:
        protocol.measure("jax", jax.__version__, options, variants(options))


main()
