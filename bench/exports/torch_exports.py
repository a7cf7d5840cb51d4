"""PyTorch: modules by a description, weights by safetensors' load_file and load_state_dict; writes the logits."""

import argparse
import json
from collections import OrderedDict

import numpy
import torch
from safetensors.torch import load_file
from torch import nn

# What stands beside the weights of a layer before a batch norm, and what PyTorch calls it.
BATCH_NORM = {"scale": "weight", "shift": "bias", "mean": "running_mean", "variance": "running_var"}


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def module(layer, normalised):
    kind = layer["kind"]
    if kind == "dense":
        return nn.Linear(layer["inputs"], layer["outputs"], bias=not normalised)
    if kind == "convolution":
        channels, outputs = layer["input"]["channels"], layer["output"]["channels"]
        return nn.Conv2d(channels, outputs, layer["kernel"], layer["stride"], layer["padding"], bias=not normalised)
    if kind == "max-pool":
        return nn.MaxPool2d(layer["size"], layer["stride"])
    if kind == "average-pool":
        return nn.AvgPool2d((layer["rows"], layer["columns"]), layer["stride"])
    return {"relu": nn.ReLU, "flatten": nn.Flatten}[kind]()


def sequence(layers, tensors, state, prefix=""):
    """The layers one after the other; what they hold goes from `tensors` into `state` under PyTorch's names."""
    modules = OrderedDict()
    for i, layer in enumerate(layers):
        name = layer.get("name", f"{layer['kind']} {i}")
        if layer["kind"] == "residual":
            parts = [
                sequence(layer[part], tensors, state, f"{prefix}{name}.{part}.") for part in ["body", "shortcut"]
            ]
            modules[name] = Residual(*parts)
        elif layer["kind"] == "batch-norm":
            before = layers[i - 1]
            modules[name] = nn.BatchNorm2d(before["output"]["channels"])
            for ours, theirs in BATCH_NORM.items():
                state[f"{prefix}{name}.{theirs}"] = tensors.pop(f"{before['name']}.{ours}")
            state[f"{prefix}{name}.num_batches_tracked"] = torch.tensor(0)
        else:
            normalised = layers[i + 1 : i + 2] == [{"kind": "batch-norm"}]
            modules[name] = module(layer, normalised)
            for tensor in modules[name].state_dict():
                state[f"{prefix}{name}.{tensor}"] = tensors.pop(f"{name}.{tensor}")
    return nn.Sequential(modules)


def main():
    parser = argparse.ArgumentParser()
    for name in ["network", "weights", "inputs", "logits"]:
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    with open(options.network, encoding="utf8") as file:
        network = json.load(file)
    tensors, state = load_file(options.weights), OrderedDict()
    model = sequence(network["layers"], tensors, state)
    if tensors:
        raise SystemExit(f"no layer takes {', '.join(tensors)}")
    model.load_state_dict(state)
    model.eval()
    x = torch.from_numpy(numpy.fromfile(options.inputs, dtype="<f4")).reshape(-1, network["inputs"])
    if "image" in network:
        image = network["image"]
        x = x.reshape(-1, image["channels"], image["height"], image["width"])
    with torch.inference_mode():
        logits = torch.cat([model(batch) for batch in x.split(1000)])
    logits.numpy().astype("<f4").tofile(options.logits)
    print(torch.__version__)


main()
