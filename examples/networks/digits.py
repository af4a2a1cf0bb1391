"""Makes handwritten digits into IDX files, which the examples beside it read.

    python3 digits.py                  # the 1797 digits of scikit-learn, or a synthetic set where that is not installed
    python3 digits.py --synthetic      # the synthetic set

Images are 8 by 8 bytes from 0 to 16, labels from 0 to 9. The digits are the test set of E. Alpaydin and C. Kaynak, "Optical recognition of
handwritten digits", UCI Machine Learning Repository (CC BY 4.0), as Debian's package python3-sklearn has them. The synthetic set needs Python
alone and is the same bytes each time: strokes for each class, moved, turned, scaled and thickened at random, with noise.
"""

import argparse
import math
import os
import random
import struct
import sys

SIDE = 8
CLASSES = 10
GREATEST = 16

# Strokes of each class, in a square of which (0, 0) is the top left and (1, 1) the bottom right corner: lines from point to point.
LOOP = [(0.5 + 0.5 * math.sin(2 * math.pi * k / 12), 0.5 - 0.5 * math.cos(2 * math.pi * k / 12)) for k in range(13)]
TOP = [(x, y / 2) for x, y in LOOP]
BOTTOM = [(x, (1 + y) / 2) for x, y in LOOP]
STROKES = [
    [[(0.15 + 0.7 * x, y) for x, y in LOOP]],
    [[(0.25, 0.25), (0.55, 0), (0.55, 1)]],
    [[(0.05, 0.2), (0.3, 0), (0.7, 0), (0.9, 0.25), (0.05, 1), (0.95, 1)]],
    [[(0.1, 0.05), (0.8, 0.05), (0.45, 0.4), (0.85, 0.6), (0.8, 0.9), (0.45, 1), (0.05, 0.9)]],
    [[(0.55, 0), (0.05, 0.65), (0.95, 0.65)], [(0.7, 0.35), (0.7, 1)]],
    [[(0.85, 0), (0.2, 0), (0.15, 0.45), (0.6, 0.4), (0.85, 0.65), (0.65, 0.95), (0.1, 1)]],
    [BOTTOM, [(0.75, 0), (0.3, 0.25), (0.05, 0.7)]],
    [[(0.05, 0), (0.95, 0), (0.4, 1)], [(0.3, 0.5), (0.85, 0.5)]],
    [TOP, BOTTOM],
    [TOP, [(0.95, 0.3), (0.85, 0.7), (0.45, 1)]],
]


def scikit_learn_digits():
    """Images and labels of scikit-learn, or None where it is not installed."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        return None
    digits = load_digits()
    images = [[int(pixel) for row in image for pixel in row] for image in digits.images]
    return images, [int(label) for label in digits.target]


def distance(x, y, start, end):
    """From a point to a line between two others."""
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0 if length == 0 else ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length
    share = min(1, max(0, share))
    return math.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1])


def synthetic_digit(label, draw):
    """An image of a class. `draw(least, greatest)` is a random number between the two."""
    turn, slant = draw(-0.2, 0.2), draw(-0.15, 0.15)
    width, height = draw(3.2, 4.6), draw(5.6, 7)
    right, down = draw(-0.5, 0.5), draw(-0.4, 0.4)
    thickness, ink = draw(0.5, 0.85), draw(0.75, 1)

    def placed(point):
        x, y = width * (point[0] - 0.5), height * (point[1] - 0.5)
        x -= slant * y
        x, y = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        return (SIDE / 2 + right + x, SIDE / 2 + down + y)

    lines = []
    for stroke in STROKES[label]:
        points = [placed((x + draw(-0.06, 0.06), y + draw(-0.05, 0.05))) for x, y in stroke]
        lines.extend(zip(points, points[1:]))
    image = []
    for row in range(SIDE):
        for column in range(SIDE):
            nearest = min(distance(column + 0.5, row + 0.5, start, end) for start, end in lines)
            # Smooth from the middle of a line outwards, so that pictures hang smoothly on where the stroke is.
            value = GREATEST * ink * math.exp(-((nearest / thickness) ** 2) / 2) + draw(-1, 1)
            image.append(min(GREATEST, max(0, round(value))))
    return image


def synthetic_digits(rows):
    """So many images, the classes in turn."""
    # `random` of this generator is the same in every version of Python, which its other functions are not.
    generator = random.Random(8)

    def draw(least, greatest):
        return least + (greatest - least) * generator.random()

    labels = [row % CLASSES for row in range(rows)]
    return [synthetic_digit(label, draw) for label in labels], labels


def whole_number(text):
    rows = int(text) if text.isdecimal() else 0
    if not CLASSES <= rows <= 60000:
        raise argparse.ArgumentTypeError("take a whole number from %d to 60000, not %r" % (CLASSES, text))
    return rows


def write(path, header, numbers):
    with open(path, "wb") as file:
        file.write(header + bytes(numbers))


def main():
    words = argparse.ArgumentParser(description="Makes handwritten digits into IDX files.", allow_abbrev=False)
    words.add_argument("--synthetic", action="store_true", help="a synthetic set, also where scikit-learn is installed")
    words.add_argument("--rows", type=whole_number, default=300, help="how many synthetic images; 300 by default")
    words.add_argument("--output", default=os.path.dirname(os.path.abspath(__file__)), help="a folder; this file's by default")
    words.error = lambda message: sys.exit("digits.py: %s; --help says more" % message)
    asked = words.parse_args()
    found = None if asked.synthetic else scikit_learn_digits()
    images, labels = found if found is not None else synthetic_digits(asked.rows)
    paths = [os.path.join(asked.output, name) for name in ("digits-images-idx3-ubyte", "digits-labels-idx1-ubyte")]
    try:
        write(paths[0], struct.pack(">4B3I", 0, 0, 8, 3, len(images), SIDE, SIDE), [p for image in images for p in image])
        write(paths[1], struct.pack(">4BI", 0, 0, 8, 1, len(labels)), labels)
    except OSError as error:
        sys.exit("digits.py: cannot write %s: %s" % (error.filename or paths[0], error.strerror))
    if found is not None:
        made = "the %d digits of scikit-learn" % len(images)
    else:
        made = "a synthetic set of %d images" % len(images)
        if not asked.synthetic:
            made += ", for this Python has no scikit-learn (Debian: apt-get install python3-sklearn, then /usr/bin/python3 digits.py)"
    print("made %s: %s" % (made, ", ".join(paths)))


if __name__ == "__main__":
    main()
