"""What the rivals of this bench share: the command line, chunks, tuning, timing and the lines they print."""

import argparse
import json
import math
import os
import platform
import re
import sys
import time

RATE = 0.1

# Losses, less their value at the start, are added in rows of this many; rows are added in double precision.
ROW = 1024

CENTERS = {"gauss": 0.5, "archimedes": 0.0}

# Runs with smaller seeds warm up and tune; a measured run has a seed of its own from here on.
FIRST_MEASURED_SEED = 1000


class Unavailable(Exception):
    """A rival or a variant that cannot run here; the message is one line that says why."""


class Variant:
    """One way of writing the simulation.

    `choices` lists what tuning may change: pairs of a name and the values to try, the usual one first.
    """

    def __init__(self, name, choices):
        self.name = name
        self.choices = choices

    def prepare(self, settings):
        """Gives a function from a seed to a result, which returns when the device has it."""
        raise NotImplementedError

    def fetch(self, result):
        """The result as (sums, sums of squares, trials) of each chunk, sums being lists of numbers."""
        raise NotImplementedError

    def describe(self, settings):
        return ", ".join(f"{name} {value}" for name, value in settings.items() if value is not None)


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--landscape", choices=sorted(CENTERS), required=True)
    parser.add_argument("--trials", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True, help="updates of each trial")
    parser.add_argument("--repeats", type=int, default=5, help="timed runs of each variant")
    parser.add_argument("--variants", default="", help="names of variants, with commas; all when absent")
    parser.add_argument("--tuning-seconds", type=float, default=60, help="for each variant")
    parser.add_argument("--memory", type=int, default=2048, help="MiB that a chunk's arrays may take")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    parser.add_argument(
        "--on-request",
        action="store_true",
        help="say what is ready, then measure --repeats times for each line of the standard input",
    )
    parsed = parser.parse_args()
    for name in ("trials", "steps", "repeats", "memory"):
        if getattr(parsed, name) < 1:
            parser.error(f"--{name} must be at least 1")
    return parsed


def private_output():
    """A stream on the standard output that is ours alone; what libraries print goes to the standard error."""
    ours = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return ours


def chunks_of(trials, most):
    """How many chunks of how many trials there are: equal ones of whole rows, at least `trials` in all."""
    count = max(1, math.ceil(trials / max(most, ROW)))
    size = math.ceil(trials / count / ROW) * ROW
    return count, size


def most_trials(memory, bytes_of_trial):
    return max(ROW, memory * 2**20 // bytes_of_trial)


def chunk_choices(trials, device_is_gpu):
    """`None` stands for all trials that fit. Smaller chunks may stay in a cache."""
    sizes = [2**20, 2**18] if device_is_gpu else [2**16, 2**13]
    return [None] + [size for size in sizes if size < trials]


def tune(variant, seconds):
    """The settings that are fastest, one after the other; the last word on why there are none."""
    end = time.perf_counter() + seconds
    seed = 1
    failure = None

    def measure(settings):
        nonlocal seed, failure
        try:
            run = variant.prepare(settings)
            for _ in range(2):
                seed += 1
                run(seed)
            began = time.perf_counter()
            seed += 1
            run(seed)
            taken = time.perf_counter() - began
        except Exception as error:  # Compilers fail in many ways, and each only costs its own settings.
            failure = one_line(error)
            note(f"{variant.name}, {variant.describe(settings)}: {failure}")
            return math.inf
        note(f"{variant.name}, {variant.describe(settings)}: {taken:.4f} s")
        return taken

    best = {name: values[0] for name, values in variant.choices}
    least = measure(best)
    for name, values in variant.choices:
        for value in values[1:]:
            if time.perf_counter() > end and least < math.inf:
                return best
            settings = {**best, name: value}
            taken = measure(settings)
            if taken < least:
                best, least = settings, taken
    if least == math.inf:
        raise Unavailable(failure or "no settings worked")
    return best


class Measured:
    """Sums over all trials of all runs of a variant."""

    def __init__(self, center):
        self.center = center
        self.runs = 0
        self.trials = 0
        self.sums = []
        self.squares = []

    def add(self, chunks):
        """Takes a run; gives how many trials it had."""
        trials = 0
        for sums, squares, count in chunks:
            self.sums.extend(sums)
            self.squares.extend(squares)
            trials += count
        self.runs += 1
        self.trials += trials
        return trials

    def mean(self):
        return self.center + math.fsum(self.sums) / self.trials

    def standard_error(self):
        total = math.fsum(self.sums)
        spread = math.fsum(self.squares) - total * total / self.trials
        return math.sqrt(max(0.0, spread) / (self.trials - 1) / self.trials)


def finite(number):
    """The number, or none: JSON has no others."""
    return number if math.isfinite(number) else None


def note(line):
    print(line, file=sys.stderr, flush=True)


def one_line(error):
    """An error as a line; compilers put the cause, an error of its own, somewhere below the first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines[1:] if re.match(r"[\w.]*Error: ", line)]
    told = (causes or lines)[:1]
    return f"{type(error).__name__}: {told[0][:200]}" if told else type(error).__name__


def compete(engine, description, open_variants):
    """Runs a rival: `open_variants(options)` gives its facts, {device, gpu, versions}, and its variants."""
    options = arguments(description)
    output = private_output()

    def say(entry):
        print(json.dumps(entry) if options.json else readable(entry), file=output, flush=True)

    head = {"engine": engine, "landscape": options.landscape}
    try:
        facts, variants = open_variants(options)
    except Unavailable as error:
        say({**head, "unavailable": str(error)})
        return
    head.update(facts)
    head["versions"] = {"python": platform.python_version(), **facts["versions"]}
    wanted = [name for name in options.variants.split(",") if name]
    ready = []
    for variant in variants:
        if wanted and variant.name not in wanted:
            continue
        try:
            settings = tune(variant, options.tuning_seconds)
            run = variant.prepare(settings)
            run(FIRST_MEASURED_SEED - 1)
        except Exception as error:
            why = str(error) if isinstance(error, Unavailable) else one_line(error)
            say({**head, "variant": variant.name, "unavailable": why})
            continue
        ready.append((variant, variant.describe(settings), run, Measured(CENTERS[options.landscape])))
    if options.on_request:
        say({**head, "ready": [variant.name for variant, _, _, _ in ready]})
        for _ in sys.stdin:
            measure_all(ready, options, head, say)
    else:
        measure_all(ready, options, head, say)


def measure_all(ready, options, head, say):
    """Measures each variant and says what was found, with statistics of all runs so far; failures are out."""
    for one in list(ready):
        variant, settings, run, measured = one
        entry = {**head, "variant": variant.name, "settings": settings, "steps": options.steps}
        try:
            seconds = []
            for _ in range(options.repeats):
                seed = FIRST_MEASURED_SEED + measured.runs
                began = time.perf_counter()
                result = run(seed)
                seconds.append(time.perf_counter() - began)
                entry["trials"] = measured.add(variant.fetch(result))
            entry["seconds"] = seconds
            entry["mean"] = finite(measured.mean())
            entry["standardError"] = finite(measured.standard_error())
        except Exception as error:
            ready.remove(one)
            entry = {**head, "variant": variant.name, "unavailable": one_line(error)}
        say(entry)


def readable(entry):
    who = " ".join(str(entry[key]) for key in ("engine", "variant") if key in entry)
    if "unavailable" in entry:
        return f"{who}: not measured: {entry['unavailable']}"
    if "ready" in entry:
        return f"{who} on {entry['device']}: ready with {', '.join(entry['ready'])}"
    speed = entry["trials"] * entry["steps"] / min(entry["seconds"])
    mean, error = entry["mean"], entry["standardError"]
    loss = "is not finite" if mean is None or error is None else f"{mean:.7g} ± {error:.1g}"
    return f"{who} ({entry['settings']}) on {entry['device']}: {speed:.4g} steps/s, test loss {loss}"
