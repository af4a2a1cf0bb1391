"""Many trials of SGD in PyTorch, as a rival of the bench; README.md beside this file says how."""

import os
import tempfile

import rival

# In a container without a name for its user, torch.compile finds no place for its files.
os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", os.path.join(tempfile.gettempdir(), "torchinductor_bench"))


class EagerGauss:
    """l = (h + x² e^−h) / 2 with x ~ N(0, 1); updates are in place, on g = −h, which needs no negation."""

    def __init__(self, torch, device, size, block):
        self.torch = torch
        self.g = torch.empty(size, device=device)
        self.exponential = torch.empty_like(self.g)
        self.noise = torch.empty(block, size, device=device)

    def reset(self):
        self.g.zero_()

    def updates(self):
        """As many updates as a block has."""
        half = rival.RATE / 2
        squares = self.noise.normal_().square_()
        for square in squares.unbind():
            self.torch.exp(self.g, out=self.exponential)
            self.g.add_(half).addcmul_(square, self.exponential, value=-half)

    def loss(self):
        return 0.5 * (self.torch.exp(self.g) - self.g)


class EagerArchimedes:
    """l = (u² + v² + a²) / 2 + n (a − b), with a = cos z·u + sin z·v, b = da/dz, n = x √½ and x ~ N(0, 1)."""

    def __init__(self, torch, device, size, block):
        self.torch = torch
        self.u, self.v, self.z = (torch.empty(size, device=device) for _ in range(3))
        self.c, self.s, self.a, self.b, self.m = (torch.empty(size, device=device) for _ in range(5))
        self.noise = torch.empty(block, size, device=device)

    def reset(self):
        for weight in (self.u, self.v, self.z):
            weight.zero_()

    def updates(self):
        torch, rate = self.torch, rival.RATE
        u, v, z, c, s, a, b, m = self.u, self.v, self.z, self.c, self.s, self.a, self.b, self.m
        for n in self.noise.normal_(0, 0.5**0.5).unbind():
            torch.cos(z, out=c)
            torch.sin(z, out=s)
            torch.mul(c, u, out=a).addcmul_(s, v)
            torch.mul(c, v, out=b).addcmul_(s, u, value=-1)
            torch.add(a, n, out=m)
            u.mul_(1 - rate).addcmul_(c, m, value=-rate).addcmul_(s, n, value=-rate)
            v.mul_(1 - rate).addcmul_(s, m, value=-rate).addcmul_(c, n, value=rate)
            z.addcmul_(m, b, value=-rate).addcmul_(a, n, value=-rate)

    def loss(self):
        a = self.torch.cos(self.z) * self.u + self.torch.sin(self.z) * self.v
        return 0.5 * (self.u * self.u + self.v * self.v + a * a)


def gauss_update(torch, x, h):
    return (h - rival.RATE / 2 * (1 - x * x * torch.exp(-h)),)


def gauss_loss(torch, h):
    return 0.5 * (h + torch.exp(-h))


def archimedes_update(torch, x, u, v, z):
    rate = rival.RATE
    n = x * 0.5**0.5
    c, s = torch.cos(z), torch.sin(z)
    a = c * u + s * v
    b = c * v - s * u
    m = a + n
    return u - rate * (u + c * m + s * n), v - rate * (v + s * m - c * n), z - rate * (m * b + a * n)


def archimedes_loss(torch, u, v, z):
    a = torch.cos(z) * u + torch.sin(z) * v
    return 0.5 * (u * u + v * v + a * a)


class Compiled:
    """A block's updates as one function, for torch.compile to join: with its noise, or after it."""

    landscapes = {
        "gauss": (1, gauss_update, gauss_loss),
        "archimedes": (3, archimedes_update, archimedes_loss),
    }

    def __init__(self, torch, device, size, landscape, settings):
        self.torch = torch
        count, update, self.expected_loss = self.landscapes[landscape]
        self.weights = tuple(torch.empty(size, device=device) for _ in range(count))
        block = settings["block"]
        self.noise = torch.empty(block, size, device=device) if settings["noise"] == "before" else None

        def updates(noise, *weights):
            for index in range(block):
                x = torch.randn_like(weights[0]) if noise is None else noise[index]
                weights = update(torch, x, *weights)
            return weights

        # What an earlier one left would be looked through at every call.
        torch._dynamo.reset()
        mode = settings.get("mode", "default")
        self.compiled = torch.compile(updates, mode=mode, dynamic=False, fullgraph=True)

    def updated(self):
        if self.noise is not None:
            self.noise.normal_()
        return self.compiled(self.noise, *self.weights)

    def reset(self):
        for weight in self.weights:
            weight.zero_()

    def updates(self):
        self.weights = self.updated()

    def captured(self):
        """The same for a CUDA graph, which must find the weights where they were."""
        for weight, new in zip(self.weights, self.updated()):
            weight.copy_(new)

    def loss(self):
        return self.expected_loss(self.torch, *self.weights)


class Torch(rival.Variant):
    """Blocks of updates, one after the other; on a GPU they may be replayed as a CUDA graph."""

    def __init__(self, name, torch, device, options):
        self.torch = torch
        self.device = device
        self.options = options
        gpu = device.type == "cuda"
        compiled = name == "compile"
        blocks = [size for size in ([10, 1, 25] if compiled else [10, 1]) if options.steps % size == 0]
        choices = [("block", blocks or [1])]
        if compiled:
            choices.append(("noise", ["before", "within"]))
        if gpu:
            choices.append(("graph", [True, False]))
        if gpu and compiled:
            choices.append(("mode", ["default", "max-autotune-no-cudagraphs"]))
        super().__init__(name, choices + [("chunk", rival.chunk_choices(options.trials, gpu))])

    def prepare(self, settings):
        torch, options = self.torch, self.options
        block = settings["block"]
        # At most three weights, old and new, with five numbers between, and a block's noise.
        fits = rival.most_trials(options.memory, 4 * (11 + 2 * block))
        count, size = rival.chunks_of(options.trials, min(fits, settings["chunk"] or fits))
        if self.name == "compile":
            model = Compiled(torch, self.device, size, options.landscape, settings)
        else:
            kinds = {"gauss": EagerGauss, "archimedes": EagerArchimedes}
            model = kinds[options.landscape](torch, self.device, size, block)
        model.reset()
        updates = self.graphed(model) if settings.get("graph") else model.updates
        center = rival.CENTERS[options.landscape]

        def run(_seed):
            # The generator goes on from run to run, so runs are independent without new seeds.
            results = []
            with torch.no_grad():
                for _ in range(count):
                    model.reset()
                    for _ in range(options.steps // block):
                        updates()
                    rows = (model.loss() - center).view(-1, rival.ROW)
                    results.append((rows.sum(dim=1), (rows * rows).sum(dim=1)))
            self.synchronize()
            return size, results

        return run

    def graphed(self, model):
        torch = self.torch
        updates = model.captured if self.name == "compile" else model.updates
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.no_grad(), torch.cuda.stream(aside):
            for _ in range(3):
                updates()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.no_grad(), torch.cuda.graph(graph):
            updates()
        return graph.replay

    def synchronize(self):
        if self.device.type == "cuda":
            self.torch.cuda.synchronize()

    def fetch(self, result):
        size, chunks = result
        return [(sums.tolist(), squares.tolist(), size) for sums, squares in chunks]


def open_variants(options):
    try:
        import torch
    except ImportError as error:
        raise rival.Unavailable(f"PyTorch cannot be imported ({rival.one_line(error)})") from None
    gpu = torch.cuda.is_available()
    device = torch.device("cuda" if gpu else "cpu")
    torch.manual_seed(1)
    versions = {"torch": torch.__version__, "cuda": torch.version.cuda if gpu else None}
    name = torch.cuda.get_device_name(0) if gpu else f"CPU, {torch.get_num_threads()} threads"
    variants = [Torch("eager", torch, device, options)]
    if hasattr(torch, "compile"):
        variants.append(Torch("compile", torch, device, options))
    return {"device": name, "gpu": gpu, "versions": versions}, variants


if __name__ == "__main__":
    rival.compete("torch", __doc__, open_variants)
