"""PyTorch: a learned supermask of LeNet-300-100 (Zhou et al. 2019, section 5): frozen weights, Bernoulli masks drawn at each step,
straight-through gradients, each layer multiplied by its size over its ones, through which the gradient flows; Adam on the scores."""

import numpy
import torch

import protocol

DRAWS = {
    "bernoulli": torch.bernoulli,
    "rand": lambda p: (torch.rand_like(p) < p).to(p.dtype),
}


def through_autograd(draw, scores, values):
    """Straight through by detaching, as it is usually written."""
    p = torch.sigmoid(scores)
    bits = p + (draw(p.detach()) - p).detach()
    return bits * values * (bits.numel() / bits.sum())


class Straight(torch.autograd.Function):
    """The same with its gradient written out, which saves passes over memory."""

    @staticmethod
    def forward(ctx, draw, scores, values):
        p = torch.sigmoid(scores)
        bits = draw(p)
        ones = bits.sum()
        factor = bits.numel() / ones
        weights = bits.mul_(values).mul_(factor)
        ctx.save_for_backward(p, values, weights, ones, factor)
        return weights

    @staticmethod
    def backward(ctx, gradient):
        p, values, weights, ones, factor = ctx.saved_tensors
        share = torch.dot(gradient.view(-1), weights.view(-1)) / ones
        return None, (gradient * values).mul_(factor).sub_(share).mul_(torch.addcmul(p, p, p, value=-1)), None


WAYS = {"detach": through_autograd, "function": Straight.apply}


class Supermask:
    def __init__(self, options, draw, way, compiled=False):
        self.draw, self.way = draw, way
        self.values = [torch.from_numpy(weight) for weight, _ in protocol.read_weights(options.weights)]
        self.scores = [torch.zeros_like(values, requires_grad=True) for values in self.values]
        self.optimizer = torch.optim.Adam(
            self.scores, lr=options.rate, betas=(protocol.BETA1, protocol.BETA2), eps=protocol.EPSILON, fused=True
        )
        self.loss = torch.compile(self.forward) if compiled else self.forward

    def forward(self, x, y):
        for index, (scores, values) in enumerate(zip(self.scores, self.values)):
            x = torch.nn.functional.linear(x, self.way(self.draw, scores, values))
            if index < len(self.scores) - 1:
                x = torch.relu(x)
        return torch.nn.functional.cross_entropy(x, y)

    def train(self, x, y):
        self.optimizer.zero_grad()
        loss = self.loss(x, y)
        loss.backward()
        self.optimizer.step()
        return loss


class Training:
    """One step: gather the batch, draw the masks, forward, backward, Adam."""

    def __init__(self, model, images, labels, order):
        self.model, self.images, self.labels, self.order, self.position = model, images, labels, order, 0

    def run(self, steps):
        for _ in range(steps):
            batch = self.order[self.position]
            self.position = (self.position + 1) % len(self.order)
            self.model.train(self.images[batch], self.labels[batch])


def variants(options):
    images, labels = (torch.from_numpy(values) for values in protocol.read_training_set(options))
    order = torch.from_numpy(protocol.batches(len(images), batch=options.batch))
    ways = {f"{draw}, {way}": (DRAWS[draw], WAYS[way], False) for draw in DRAWS for way in WAYS}
    ways["rand, detach, compiled"] = (DRAWS["rand"], through_autograd, True)
    return {name: lambda way=way: Training(Supermask(options, *way), images, labels, order) for name, way in ways.items()}


def check(options):
    """Loss and gradients of the scores, and the loss before each step, with bits that are given; and how many bits of the scores'
    masks are ones, drawn by itself, in standard deviations from what is expected."""
    x, y = (torch.from_numpy(values) for values in protocol.read_batch(options))
    draw, way = options.variant.split(", ")[:2]
    shapes = [(outputs, inputs) for inputs, outputs in protocol.LAYERS]
    sizes = [inputs * outputs for inputs, outputs in protocol.LAYERS]
    split = lambda values: [torch.from_numpy(part).view(shape) for part, shape in zip(numpy.split(values, numpy.cumsum(sizes)[:-1]), shapes)]
    scores = split(numpy.fromfile(options.scores, dtype="<f4"))
    steps = numpy.fromfile(options.bits, dtype=numpy.uint8).astype(numpy.float32).reshape(-1, sum(sizes))
    given = iter([bits for step in steps for bits in split(step)])
    model = Supermask(options, lambda p: next(given).clone(), WAYS[way])
    with torch.no_grad():
        for own, start in zip(model.scores, scores):
            own.copy_(start)
    losses, gradients = [], []
    for step in range(len(steps)):
        losses.append(model.train(x, y).item())
        if step == 0:
            gradients = [scores.grad.numpy().copy() for scores in model.scores]
    ps = [torch.sigmoid(start) for start in scores]
    torch.manual_seed(1)
    drawn = sum(float(DRAWS[draw](p).sum(dtype=torch.float64)) for p in ps)
    mean = sum(float(p.sum(dtype=torch.float64)) for p in ps)
    deviation = sum(float((p * (1 - p)).sum(dtype=torch.float64)) for p in ps) ** 0.5
    protocol.say(
        {
            "peer": "torch",
            "version": torch.__version__,
            "job": options.job,
            "loss": losses[0],
            "gradients": protocol.summary(gradients),
            "losses": losses,
            "onesInDeviations": (drawn - mean) / deviation,
        }
    )
