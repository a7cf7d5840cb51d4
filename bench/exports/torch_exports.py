"""PyTorch: nn.Sequential by a description, weights by safetensors' load_file and load_state_dict; writes the logits."""

import argparse
import json
from collections import OrderedDict

import numpy
import torch
from safetensors.torch import load_file
from torch import nn


def module(layer):
    kind = layer["kind"]
    if kind == "dense":
        return nn.Linear(layer["inputs"], layer["outputs"])
    if kind == "convolution":
        channels, outputs = layer["input"]["channels"], layer["output"]["channels"]
        return nn.Conv2d(channels, outputs, layer["kernel"], layer["stride"], layer["padding"])
    if kind == "max-pool":
        return nn.MaxPool2d(layer["size"], layer["stride"])
    return {"relu": nn.ReLU, "flatten": nn.Flatten}[kind]()


def main():
    parser = argparse.ArgumentParser()
    for name in ["network", "weights", "inputs", "logits"]:
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    with open(options.network, encoding="utf8") as file:
        network = json.load(file)
    layers = enumerate(network["layers"])
    model = nn.Sequential(OrderedDict((layer.get("name", f"{layer['kind']} {i}"), module(layer)) for i, layer in layers))
    model.load_state_dict(load_file(options.weights))
    x = torch.from_numpy(numpy.fromfile(options.inputs, dtype="<f4")).reshape(-1, network["inputs"])
    if "image" in network:
        image = network["image"]
        x = x.reshape(-1, image["channels"], image["height"], image["width"])
    with torch.inference_mode():
        logits = torch.cat([model(batch) for batch in x.split(1000)])
    logits.numpy().astype("<f4").tofile(options.logits)
    print(torch.__version__)


main()
