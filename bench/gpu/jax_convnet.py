"""Trials of the paper's convnet in JAX, as a rival of the bench: `vmap` over trials, in single precision.

Convolutions are products of patches with matrices, since those of trials with kernels of their own are slow. The file is the one that
bench/networks/convnet.c reads. Prints a line of JSON."""

import argparse
import json
import os
import platform
import time

import rival

# Both must be in the environment before JAX is loaded.
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

SHAPES = [(5, 5, 1, 10), (10,), (5, 5, 10, 10), (10,), (10, 160), (10,), (10, 10), (10,)]
PIXELS = 28 * 28


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--eta", type=float, required=True)
    parser.add_argument("--updates", type=int, required=True)
    parser.add_argument("--points", type=int, required=True, help="test points of a trial")
    parser.add_argument("--trials", type=int, required=True)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--chunks", default="256,1024,4096", help="trials at once: the fastest is taken")
    return parser.parse_args()


def read(path, numpy):
    """Where the weights start, images and labels."""
    with open(path, "rb") as file:
        (images,) = numpy.frombuffer(file.read(4), numpy.int32)
        starts = []
        for shape in SHAPES:
            size = int(numpy.prod(shape))
            starts.append(numpy.frombuffer(file.read(4 * size), numpy.float32).reshape(shape))
        pixels = numpy.frombuffer(file.read(PIXELS * images), numpy.uint8).reshape(images, 28, 28, 1)
        return starts, pixels, numpy.frombuffer(file.read(images), numpy.uint8)


def network(jax):
    """The loss of a point, given weights."""
    jnp = jax.numpy

    def xavier(weight):
        area = 1 if weight.ndim == 2 else weight.shape[0] * weight.shape[1]
        return weight * (2 / (area * (weight.shape[-1] + weight.shape[-2]))) ** 0.5

    def convolve(values, kernel):
        count = (values.shape[0] - 5) // 2 + 1
        last = 2 * count - 1
        patches = [values[i : i + last : 2, j : j + last : 2] for i in range(5) for j in range(5)]
        return jnp.concatenate(patches, axis=2) @ kernel.reshape(-1, kernel.shape[3])

    def loss(weights, image, label):
        A, a, B, b, C, c, D, d = weights
        h = jnp.tanh(convolve(image, xavier(A)) + a)
        k = jnp.tanh(convolve(h, xavier(B)) + b)
        m = jnp.tanh(xavier(C) @ k.reshape(-1) + c)
        return -jax.nn.log_softmax(xavier(D) @ m + d)[label]

    return loss


def simulation(jax, options, data):
    """A function from a seed, a chunk and its size to how far the loss has gone in each trial."""
    jnp, lax = jax.numpy, jax.lax
    starts, pixels, labels = (jax.device_put(part) for part in data)
    images = pixels.astype(jnp.float32) / 255
    loss = network(jax)
    slope = jax.grad(loss)

    def trial(key):
        rows = jax.random.randint(key, (options.updates + options.points,), 0, images.shape[0])

        def update(weights, row):
            slopes = slope(weights, images[row], labels[row])
            return [weight - options.eta * one for weight, one in zip(weights, slopes)], None

        def moved(total, row):
            gone = loss(ends, images[row], labels[row]) - loss(starts, images[row], labels[row])
            return total + gone, None

        ends, _ = lax.scan(update, starts, rows[: options.updates])
        total, _ = lax.scan(moved, jnp.float32(0), rows[options.updates :])
        return total / options.points

    def simulate(seed, chunk, size):
        return jax.vmap(trial)(jax.random.split(jax.random.fold_in(jax.random.key(seed), chunk), size))

    return jax.jit(simulate, static_argnums=2)


def measure(jax, numpy, options):
    simulate = simulation(jax, options, read(options.file, numpy))

    def run(seed, size):
        count = -(-options.trials // size)
        began = time.perf_counter()
        results = jax.block_until_ready([simulate(seed, chunk, size) for chunk in range(count)])
        return time.perf_counter() - began, results

    speeds = {}
    for size in sorted({min(int(size), options.trials) for size in options.chunks.split(",")}):
        try:
            jax.block_until_ready(simulate(0, 0, size))
            began = time.perf_counter()
            jax.block_until_ready(simulate(1, 0, size))
            speeds[size] = size / (time.perf_counter() - began)
        except Exception as error:  # Memory may not do for all of them.
            rival.note(f"{size} trials at once: {rival.one_line(error)}")
    if not speeds:
        raise rival.Unavailable("no number of trials at once worked")
    size = max(speeds, key=speeds.get)
    seconds, values = [], []
    for repeat in range(options.repeats):
        taken, results = run(rival.FIRST_MEASURED_SEED + repeat, size)
        seconds.append(taken)
        values.extend(numpy.concatenate(jax.device_get(results)).astype(numpy.float64))
    return {
        "chunk": size,
        "trials": len(values) // options.repeats,
        "seconds": seconds,
        "mean": rival.finite(float(numpy.mean(values))),
        "standardError": rival.finite(float(numpy.std(values, ddof=1) / len(values) ** 0.5)),
    }


def main():
    options = arguments()
    output = rival.private_output()
    try:
        try:
            import jax
            import jaxlib
            import numpy
        except ImportError as error:
            raise rival.Unavailable(f"JAX cannot be imported ({rival.one_line(error)})") from None
        # Of products, too: a card's own default may be less.
        jax.config.update("jax_default_matmul_precision", "float32")
        device = jax.devices()[0]
        gpu = device.platform != "cpu"
        versions = {"python": platform.python_version(), "jax": jax.__version__, "jaxlib": jaxlib.__version__}
        facts = {"device": device.device_kind if gpu else "CPU", "gpu": gpu, "versions": versions}
        answer = {**facts, **measure(jax, numpy, options)}
    except Exception as error:
        answer = {"unavailable": str(error) if isinstance(error, rival.Unavailable) else rival.one_line(error)}
    print(json.dumps(answer), file=output, flush=True)


if __name__ == "__main__":
    main()
