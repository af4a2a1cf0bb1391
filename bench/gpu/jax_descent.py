"""Many trials of SGD in JAX, as a rival of the bench; README.md beside this file says how."""

import os

import rival

# Both must be in the environment before JAX is loaded.
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def gauss(jnp):
    """l = (h + x² e^−h) / 2, x ~ N(0, 1): the starts, one trial's update and its expected loss."""
    half = rival.RATE / 2

    def update(weights, x):
        (h,) = weights
        return (h - half * (1 - x * x * jnp.exp(-h)),)

    def loss(weights):
        (h,) = weights
        return 0.5 * (h + jnp.exp(-h))

    return (0.0,), update, loss


def archimedes(jnp):
    """l = (u² + v² + a²) / 2 + n (a − b), with a = cos z·u + sin z·v, b = da/dz, n = x √½ and x ~ N(0, 1)."""
    rate = rival.RATE

    def update(weights, x):
        u, v, z = weights
        c, s = jnp.cos(z), jnp.sin(z)
        n = x * 0.5**0.5
        a = c * u + s * v
        b = c * v - s * u
        m = a + n
        return (
            u - rate * (u + c * m + s * n),
            v - rate * (v + s * m - c * n),
            z - rate * (m * b + a * n),
        )

    def loss(weights):
        u, v, z = weights
        a = jnp.cos(z) * u + jnp.sin(z) * v
        return 0.5 * (u * u + v * v + a * a)

    return (0.0, 0.0, 0.0), update, loss


LANDSCAPES = {"gauss": gauss, "archimedes": archimedes}


class Loop(rival.Variant):
    """The loop over time is compiled, as `lax.scan` over keys or as `lax.fori_loop` over time."""

    def __init__(self, name, jax, options, gpu):
        super().__init__(
            name,
            [
                # XLA's own generator is the faster one on a GPU; threefry is JAX's usual one.
                ("keys", ["threefry2x32", "rbg"]),
                ("unroll", [1, 5, 20] if gpu else [1, 5]),
                ("chunk", rival.chunk_choices(options.trials, gpu)),
            ],
        )
        self.jax = jax
        self.options = options

    def prepare(self, settings):
        jax = self.jax
        jnp, lax = jax.numpy, jax.lax
        starts, update, loss = LANDSCAPES[self.options.landscape](jnp)
        steps, unroll, keys_of = self.options.steps, settings["unroll"], settings["keys"]
        # The weights, old and new, a normal for each unrolled update, and what lies between.
        bytes_of_trial = 4 * (2 * len(starts) + 2 * unroll + 8)
        fits = rival.most_trials(self.options.memory, bytes_of_trial)
        count, size = rival.chunks_of(self.options.trials, min(fits, settings["chunk"] or fits))
        center = rival.CENTERS[self.options.landscape]
        update_all, loss_all = jax.vmap(update), jax.vmap(loss)
        # Older versions of fori_loop have no such argument.
        unrolled = {} if unroll == 1 else {"unroll": unroll}

        def step(weights, key):
            return update_all(weights, jax.random.normal(key, (size,), jnp.float32))

        def simulate(seed, chunk):
            keys = jax.random.split(jax.random.fold_in(jax.random.key(seed, impl=keys_of), chunk), steps)
            weights = tuple(jnp.full((size,), start, jnp.float32) for start in starts)
            if self.name == "scan":
                weights, _ = lax.scan(lambda old, key: (step(old, key), None), weights, keys, **unrolled)
            else:
                weights = lax.fori_loop(0, steps, lambda t, old: step(old, keys[t]), weights, **unrolled)
            rows = (loss_all(weights) - center).reshape(-1, rival.ROW)
            return rows.sum(axis=1), (rows * rows).sum(axis=1)

        compiled = jax.jit(simulate)

        def run(seed):
            results = [compiled(seed, chunk) for chunk in range(count)]
            return size, jax.block_until_ready(results)

        return run

    def fetch(self, result):
        size, chunks = result
        return [(sums.tolist(), squares.tolist(), size) for sums, squares in self.jax.device_get(chunks)]


def open_variants(options):
    try:
        import jax
        import jaxlib
    except ImportError as error:
        raise rival.Unavailable(f"JAX cannot be imported ({rival.one_line(error)})") from None
    try:
        # The newer scheme, in which a key's numbers are computed where they are used; the older is slower.
        jax.config.update("jax_threefry_partitionable", True)
    except Exception:
        pass
    try:
        device = jax.devices()[0]
    except RuntimeError as error:
        raise rival.Unavailable(f"JAX finds no device ({rival.one_line(error)})") from None
    gpu = device.platform != "cpu"
    versions = {"jax": jax.__version__, "jaxlib": jaxlib.__version__}
    facts = {"device": device.device_kind if gpu else "CPU", "gpu": gpu, "versions": versions}
    return facts, [Loop(name, jax, options, gpu) for name in ("scan", "fori_loop")]


if __name__ == "__main__":
    rival.compete("jax", __doc__, open_variants)
