"""PyTorch: LeNet-300-100 of nn.Linear, Adam, masks multiplied into the weights before each forward pass as OpenLTH does."""

import torch
from torch import nn

import protocol
import torch_convolution
import torch_supermask


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(inputs, outputs) for inputs, outputs in protocol.LAYERS)

    def forward(self, x):
        first, second, last = self.layers
        return last(torch.relu(second(torch.relu(first(x)))))


class Training:
    """One step: gather the batch, apply the masks, forward, backward, Adam."""

    def __init__(self, options, images, labels, order, adam, compiled):
        self.images, self.labels, self.order, self.position = images, labels, order, 0
        self.model, self.masked = LeNet(), options.masked
        self.masks = [torch.ones_like(layer.weight) for layer in self.model.layers]
        self.load(options.weights)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=protocol.RATE, betas=(protocol.BETA1, protocol.BETA2), eps=protocol.EPSILON, **adam
        )
        loss = nn.CrossEntropyLoss()
        self.loss = lambda x, y: loss(self.model(x), y)
        self.update = self.optimizer.step
        if compiled:
            self.loss = torch.compile(self.loss)
        if compiled == "step":
            self.update = torch.compile(self.optimizer.step)

    @torch.no_grad()
    def load(self, path):
        for layer, mask, (weight, bias) in zip(self.model.layers, self.masks, protocol.read_weights(path)):
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))
            mask.copy_(layer.weight != 0)

    def apply_masks(self):
        for layer, mask in zip(self.model.layers, self.masks):
            layer.weight.data *= mask

    def train(self, x, y):
        if self.masked:
            self.apply_masks()
        self.optimizer.zero_grad()
        loss = self.loss(x, y)
        loss.backward()
        self.update()
        return loss

    def run(self, steps):
        for _ in range(steps):
            batch = self.order[self.position]
            self.position = (self.position + 1) % len(self.order)
            self.train(self.images[batch], self.labels[batch])


class Inference:
    def __init__(self, options, prepare):
        model = LeNet()
        self.source = model
        self.load(options.weights)
        self.x = torch.from_numpy(protocol.first_images(options))
        with torch.inference_mode():
            self.model = prepare(model.eval(), self.x)

    @torch.no_grad()
    def load(self, path):
        for layer, (weight, bias) in zip(self.source.layers, protocol.read_weights(path)):
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))

    def run(self, steps):
        with torch.inference_mode():
            for _ in range(steps):
                self.model(self.x)


def traced(model, x):
    return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, x)))


ADAMS = {
    "fused": ({"fused": True}, None),
    "foreach": ({"foreach": True}, None),
    "loop": ({"foreach": False}, None),
    "fused, compiled model": ({"fused": True}, "model"),
    "foreach, compiled model and optimizer": ({"foreach": True}, "step"),
}


def training_variants(options):
    images, labels = (torch.from_numpy(values) for values in protocol.read_training_set(options))
    order = torch.from_numpy(protocol.batches(len(images)))
    return {
        name: lambda adam=adam, compiled=compiled: Training(options, images, labels, order, adam, compiled)
        for name, (adam, compiled) in ADAMS.items()
    }


def inference_variants(options):
    return {
        "eager": lambda: Inference(options, lambda model, x: model),
        "traced": lambda: Inference(options, traced),
        "compiled": lambda: Inference(options, lambda model, x: torch.compile(model)),
    }


def loss_and_gradient(options):
    """Loss, gradients of the surviving weights, and the loss before each of five Adam steps on the same batch."""
    x, y = (torch.from_numpy(values) for values in protocol.read_batch(options))
    adam, compiled = ADAMS["fused" if options.variant == "best" else options.variant]
    job = Training(options, x, y, None, adam, compiled)
    losses, gradients = [], []
    for step in range(5):
        losses.append(job.train(x, y).item())
        if step == 0:
            for layer, mask in zip(job.model.layers, job.masks):
                gradients += [(layer.weight.grad * mask).numpy(), layer.bias.grad.numpy().copy()]
    protocol.say(
        {
            "peer": "torch",
            "version": torch.__version__,
            "job": options.job,
            "loss": losses[0],
            "gradients": protocol.summary(gradients),
            "losses": losses,
        }
    )


def main():
    options = protocol.arguments()
    torch.set_num_threads(options.threads)
    torch.set_num_interop_threads(1)
    torch.set_flush_denormal(True)
    if options.job == "loss-and-gradient":
        loss_and_gradient(options)
    elif options.job == "convolution-check":
        torch_convolution.check(options)
    elif options.job == "convolution-step":
        protocol.measure("torch", torch.__version__, options, torch_convolution.variants(options))
    elif options.job == "supermask-check":
        torch_supermask.check(options)
    elif options.job == "supermask-step":
        protocol.measure("torch", torch.__version__, options, torch_supermask.variants(options))
    else:
        variants = training_variants(options) if options.job == "training-step" else inference_variants(options)
        protocol.measure("torch", torch.__version__, options, variants)


main()
