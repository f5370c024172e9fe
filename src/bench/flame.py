#!/usr/bin/env python3
"""Draws collapsed stacks (lines of "frame;frame;frame count", as async-profiler writes them) as a flame graph in SVG.

    asprof -d 20 -e ctimer -t -o collapsed -f cycle.txt PID
    src/bench/flame.py cycle.txt --title "cycle, 64 connections" > docs/cycle.svg

The width of a box is its share of the samples; what is narrower than --least is left out. Threads are put together by their names
without numbers. Point at a box to read its share.
"""
import argparse
import html
import re
import sys

WIDTH, ROW, CHAR = 1200, 17, 6.6
COLOURS = (
    ("io/tenure", "#8fbc8f"), ("org/h2|org/jdbi|tomcat/jdbc", "#d8a0c8"), ("org/apache/zookeeper|org/apache/jute|org/apache/curator", "#e8c070"),
    ("jetty|glassfish|jakarta|jvnet|dropwizard|fasterxml", "#90b8e0"), ("^java|^jdk|^sun", "#d0d0c0"), (".", "#e0a890"),
)


class Frame:
    def __init__(self):
        self.samples = 0
        self.children = {}


def read(path):
    root = Frame()
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            stack, _, count = line.rstrip("\n").rpartition(" ")
            if not stack or not count.isdigit():
                sys.exit(f"{path}:{number}: want frames joined by ';', a space and a count; got {line[:80]!r}")
            frame = root
            frame.samples += int(count)
            for depth, name in enumerate(stack.split(";")):
                if depth == 0:
                    name = re.sub(r"[\d.:]+", "", re.sub(r" ?tid=\d+|\[|\]|\(.*| /.*", "", name)).strip(" -") or "other"
                name = re.sub(r"\$\$Lambda\$.*?(?=\.|$)", "$lambda", name)
                frame = frame.children.setdefault(name, Frame())
                frame.samples += int(count)
    return root


def colour(name):
    return next(fill for pattern, fill in COLOURS if re.search(pattern, name))


def boxes(frame, x, depth, scale, least, total):
    for name, child in sorted(frame.children.items()):
        width = child.samples * scale
        if child.samples >= least * total:
            yield name, x, depth, width, child.samples
            yield from boxes(child, x, depth + 1, scale, least, total)
        x += width


def draw(root, title, least):
    drawn = list(boxes(root, 0.0, 0, WIDTH / root.samples, least, root.samples))
    height = (max(depth for _, _, depth, _, _ in drawn) + 3) * ROW
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="11">',
           f'<text x="4" y="{ROW - 4}">{html.escape(title)}: {root.samples} samples</text>']
    for name, x, depth, width, samples in drawn:
        y = height - (depth + 1) * ROW
        short = name.rsplit("/", 1)[-1]
        fits = int((width - 4) / CHAR)
        label = short if len(short) <= fits else short[:fits - 1] + "…" if fits > 3 else ""
        out.append(f'<g><title>{html.escape(name)} {100 * samples / root.samples:.1f} %</title>'
                   f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 1}" fill="{colour(name)}"/>'
                   + (f'<text x="{x + 2:.1f}" y="{y + 12}">{html.escape(label)}</text>' if label else "") + "</g>")
    return "\n".join(out) + "\n</svg>\n"


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("stacks", help="the file of collapsed stacks")
    a.add_argument("--title", default="samples")
    a.add_argument("--least", type=float, default=0.004, help="smallest share that is drawn, 0 to 1 (default %(default)s)")
    a = a.parse_args()
    root = read(a.stacks)
    if not root.samples:
        sys.exit(f"{a.stacks}: no samples")
    sys.stdout.write(draw(root, a.title, a.least))


if __name__ == "__main__":
    main()
