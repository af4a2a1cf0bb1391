"""Gradients and products of Hessians with vectors of a convnet, one point at a time, as one would first write them with NumPy; and what
they say of the order 2 of SGD's test loss, each expectation by points of its own.

Usage: rows.py network.json seconds. Prints JSON."""

import json
import sys
import time

import numpy as np


class Convolution:
    """Steps of `stride` over images `[height, width, channels]`; kernels `[size, size, channels, out]`, scaled, with a bias."""

    def __init__(self, shape, stride, scale):
        self.shape, self.stride, self.scale = shape, stride, scale

    def patches(self, image):
        size, stride = self.shape[0], self.stride
        count = (image.shape[0] - size) // stride + 1
        return np.array(
            [
                [image[i * stride : i * stride + size, j * stride : j * stride + size].ravel() for j in range(count)]
                for i in range(count)
            ]
        )

    def forward(self, kernel, bias, image):
        return self.patches(image) @ (self.scale * kernel.reshape(-1, self.shape[3])) + bias

    def to_weights(self, image, slope):
        """What a slope of the output says of kernel and bias."""
        patches = self.patches(image)
        kernel = np.tensordot(patches, slope, axes=([0, 1], [0, 1]))
        return self.scale * kernel.reshape(self.shape), slope.sum(axis=(0, 1))

    def to_image(self, kernel, slope, image):
        size, stride = self.shape[0], self.stride
        back = slope @ (self.scale * kernel.reshape(-1, self.shape[3])).T
        out = np.zeros_like(image)
        for i in range(slope.shape[0]):
            for j in range(slope.shape[1]):
                out[i * stride : i * stride + size, j * stride : j * stride + size] += back[i, j].reshape(
                    size, size, -1
                )
        return out


class Dense:
    """A product with a matrix `[out, in]`, scaled, with a bias."""

    def __init__(self, shape, scale):
        self.shape, self.scale = shape, scale

    def forward(self, matrix, bias, image):
        return self.scale * (matrix @ image.ravel()) + bias

    def to_weights(self, image, slope):
        return self.scale * np.outer(slope, image.ravel()), slope

    def to_image(self, matrix, slope, image):
        return self.scale * (matrix.T @ slope).reshape(image.shape)


class Network:
    """Layers with tanh between them, and cross entropy at the end."""

    def __init__(self, description):
        self.layers = []
        self.weights = []
        at = 0
        start = np.array(description["start"])
        for layer in description["layers"]:
            shape = layer["shape"]
            made = Convolution(shape, layer["stride"], layer["scale"]) if len(shape) == 4 else Dense(shape, layer["scale"])
            self.layers.append(made)
            at = self.take(start, at, shape)
            at = self.take(start, at, [shape[-1] if len(shape) == 4 else shape[0]])
        self.images = np.array(description["images"])
        self.labels = np.array(description["labels"])

    def take(self, start, at, shape):
        size = int(np.prod(shape))
        self.weights.append(start[at : at + size].reshape(shape))
        return at + size

    def split(self, vector):
        parts, at = [], 0
        for weight in self.weights:
            parts.append(vector[at : at + weight.size].reshape(weight.shape))
            at += weight.size
        return parts

    def gradient(self, row):
        values = [self.images[row]]
        for k, layer in enumerate(self.layers):
            out = layer.forward(self.weights[2 * k], self.weights[2 * k + 1], values[-1])
            values.append(out if k == len(self.layers) - 1 else np.tanh(out))
        shares = np.exp(values[-1] - values[-1].max())
        shares /= shares.sum()
        slope = shares.copy()
        slope[self.labels[row]] -= 1
        found = [None] * len(self.weights)
        for k in reversed(range(len(self.layers))):
            layer = self.layers[k]
            found[2 * k], found[2 * k + 1] = layer.to_weights(values[k], slope)
            if k > 0:
                slope = layer.to_image(self.weights[2 * k], slope, values[k]) * (1 - values[k] ** 2)
        return np.concatenate([one.ravel() for one in found])

    def hessian_times(self, row, vector):
        """The gradient's derivative along a vector: forward and back, each with its derivative."""
        along = self.split(vector)
        values, changes = [self.images[row]], [np.zeros_like(self.images[row])]
        for k, layer in enumerate(self.layers):
            weight, bias = self.weights[2 * k], self.weights[2 * k + 1]
            out = layer.forward(weight, bias, values[-1])
            change = layer.forward(along[2 * k], along[2 * k + 1], values[-1]) + layer.forward(weight, 0, changes[-1])
            if k < len(self.layers) - 1:
                out = np.tanh(out)
                change = change * (1 - out**2)
            values.append(out)
            changes.append(change)
        shares = np.exp(values[-1] - values[-1].max())
        shares /= shares.sum()
        slope = shares.copy()
        slope[self.labels[row]] -= 1
        slope_change = shares * (changes[-1] - shares @ changes[-1])
        found = [None] * len(self.weights)
        for k in reversed(range(len(self.layers))):
            layer, weight = self.layers[k], self.weights[2 * k]
            one, other = layer.to_weights(values[k], slope_change), layer.to_weights(changes[k], slope)
            # A bias is about the slope alone.
            found[2 * k], found[2 * k + 1] = one[0] + other[0], one[1]
            if k > 0:
                bent = 1 - values[k] ** 2
                back = layer.to_image(weight, slope, values[k])
                back_change = layer.to_image(weight, slope_change, values[k]) + layer.to_image(
                    along[2 * k], slope, values[k]
                )
                slope_change = back_change * bent - 2 * back * values[k] * changes[k]
                slope = back * bent
        return np.concatenate([one.ravel() for one in found])


def rate(work, seconds):
    """How often something is done in a second of processor time."""
    work(0)
    began, count = time.process_time(), 0
    while time.process_time() - began < seconds:
        work(count)
        count += 1
    return count / (time.process_time() - began)


def order_two(network, points, seconds, random):
    """Draws of the coefficient of order 2 of the test loss after one epoch, with the processor time of one."""
    draws = []
    began = time.process_time()
    while time.process_time() - began < seconds or len(draws) < 100:
        one, two, three, four, five, six = random.integers(len(network.labels), size=6)
        drift = network.gradient(one) @ network.hessian_times(two, network.gradient(three))
        noise = network.gradient(four)
        spread = (noise - network.gradient(five)) @ network.hessian_times(six, noise)
        draws.append(points * (points - 0.5) * drift + points / 2 * spread)
    return draws, (time.process_time() - began) / len(draws)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        description = json.load(file)
    seconds = float(sys.argv[2])
    network = Network(description)
    direction = np.array(description["direction"])
    rows = len(network.labels)
    draws, time_of_draw = order_two(network, description["points"], 4 * seconds, np.random.default_rng(1))
    print(
        json.dumps(
            {
                "gradients": [network.gradient(row).tolist() for row in range(3)],
                "products": [network.hessian_times(row, direction).tolist() for row in range(3)],
                "gradientsInSecond": rate(lambda k: network.gradient(k % rows), seconds),
                "productsInSecond": rate(lambda k: network.hessian_times(k % rows, direction), seconds),
                "mean": float(np.mean(draws)),
                "deviation": float(np.std(draws, ddof=1)),
                "draws": len(draws),
                "secondsOfDraw": time_of_draw,
            }
        )
    )


main()
