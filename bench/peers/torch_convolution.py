"""PyTorch (oneDNN): Conv-2, Conv-4, Conv-6 and ResNet-20 with Adam, masks multiplied into the weights before each forward pass as OpenLTH does."""

import numpy
import torch
from torch import nn

import protocol

PAIRS = {"conv-2": (64,), "conv-4": (64, 128), "conv-6": (64, 128, 256)}


class Residual(nn.Module):
    """Two normalised convolutions and a shortcut, which is a projection where channels change; then ReLU."""

    def __init__(self, inputs, outputs):
        super().__init__()
        stride = 1 if inputs == outputs else 2
        self.body = nn.Sequential(*normalised(inputs, outputs, stride), nn.ReLU(), *normalised(outputs, outputs, 1))
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(*normalised(inputs, outputs, stride, kernel=1))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def normalised(inputs, outputs, stride, kernel=3):
    return [nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False), nn.BatchNorm2d(outputs)]


def resnet20():
    layers, channels = [*normalised(3, 16, 1), nn.ReLU()], 16
    for outputs in (16, 32, 64):
        for _ in range(3):
            layers.append(Residual(channels, outputs))
            channels = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def weight_layers(model):
    """Layers with weights, in order, each with what has the values beside them: itself, or the batch norm that follows."""
    found = []
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            found[-1] = (found[-1][0], module)
        elif isinstance(module, (nn.Conv2d, nn.Linear)):
            found.append((module, module))
    return found


def beside(layer, norm):
    """Biases, or scales and shifts."""
    return [layer.bias] if norm is layer else [norm.weight, norm.bias]


def network(name):
    if name == "resnet-20":
        return resnet20()
    layers, channels, side = [], 3, 32
    for outputs in PAIRS[name]:
        layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU(), nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        channels, side = outputs, side // 2
    dense = [nn.Linear(channels * side * side, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10)]
    return nn.Sequential(*layers, nn.Flatten(), *dense)


def read_pictures(options):
    """Pictures as f32 (count, 3, 32, 32): b / 255 * 4 - 2; labels as i64."""
    images = numpy.fromfile(options.images, dtype=numpy.uint8).reshape(-1, 3, 32, 32)
    labels = numpy.fromfile(options.labels, dtype=numpy.uint8).astype(numpy.int64)
    return images * numpy.float32(1 / 255) * numpy.float32(4) + numpy.float32(-2), labels


class Training:
    """One step: gather the batch, apply the masks, forward, backward, Adam."""

    def __init__(self, options, images, labels, order, layout, compiled=False):
        self.layout = layout
        self.images, self.labels, self.order, self.position = images.to(memory_format=layout), labels, order, 0
        self.model = network(options.network).to(memory_format=layout)
        self.layers = weight_layers(self.model)
        self.masks = [torch.ones_like(layer.weight) for layer, _ in self.layers]
        self.load(options.weights)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=protocol.RATE, betas=(protocol.BETA1, protocol.BETA2), eps=protocol.EPSILON, fused=True
        )
        loss = nn.CrossEntropyLoss()
        self.loss = lambda x, y: loss(self.model(x), y)
        if compiled:
            self.loss = torch.compile(self.loss)

    @torch.no_grad()
    def load(self, path):
        values, offset = torch.from_numpy(numpy.fromfile(path, dtype="<f4")), 0
        for (layer, norm), mask in zip(self.layers, self.masks):
            for part in (layer.weight, *beside(layer, norm)):
                part.copy_(values[offset : offset + part.numel()].view(part.shape))
                offset += part.numel()
            mask.copy_(layer.weight != 0)

    def train(self, x, y):
        loss = self.differentiate(x, y)
        self.optimizer.step()
        return loss

    def differentiate(self, x, y):
        for (layer, _), mask in zip(self.layers, self.masks):
            layer.weight.data *= mask
        self.optimizer.zero_grad()
        loss = self.loss(x, y)
        loss.backward()
        return loss

    def gradients(self):
        """Of the weights that survive, and of what stands beside them, layer after layer."""
        found = []
        for (layer, norm), mask in zip(self.layers, self.masks):
            values = torch.cat([part.grad for part in beside(layer, norm)])
            found += [(layer.weight.grad * mask).contiguous().numpy(), values.numpy()]
        return found

    def run(self, steps):
        for _ in range(steps):
            batch = self.order[self.position]
            self.position = (self.position + 1) % len(self.order)
            self.train(self.images[batch], self.labels[batch])


WAYS = {
    "planes": (torch.contiguous_format, False),
    "channels last": (torch.channels_last, False),
    "channels last, compiled": (torch.channels_last, True),
}


def variants(options):
    images, labels = (torch.from_numpy(values) for values in read_pictures(options))
    order = torch.from_numpy(protocol.batches(len(images)))
    return {name: lambda way=way: Training(options, images, labels, order, *way) for name, way in WAYS.items()}


def check(options):
    """The gradients at the first batch, and the loss before each of some Adam steps on it."""
    images, labels = (torch.from_numpy(values[: protocol.BATCH]) for values in read_pictures(options))
    job = Training(options, images, labels, None, *WAYS["planes" if options.variant == "best" else options.variant])
    job.differentiate(job.images, job.labels)
    gradients = protocol.summary(job.gradients())
    losses = [job.train(job.images, job.labels).item() for _ in range(3)]
    protocol.say({"peer": "torch", "version": torch.__version__, "job": options.job, "gradients": gradients, "losses": losses})
