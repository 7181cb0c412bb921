"""Flat landscapes in the colours of the four pillars, drawn here: no photo, nobody in them."""

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1440, 630  # 16:7, the largest size in which pages show a picture
SMOOTH = 2  # drawn so many times larger and scaled down: soft edges

RED, RED_DEEP, RED_TINT = "#b8232f", "#7c1420", "#fbeceb"
GOLD, GOLD_LIGHT = "#b7791f", "#f0c36d"
BLUE, BLUE_DEEP, BLUE_TINT = "#1f5fa8", "#173e6b", "#e9eff6"
TEAL, TEAL_LIGHT, TEAL_TINT = "#0f6f67", "#5fa8a0", "#e6f1f0"
CREAM, SAND, INK, PAPER, LINE = "#fdeed3", "#f5f1ea", "#22262b", "#faf8f5", "#e8e3dc"
GREEN = "#7fa88b"
COATS = (RED, GOLD, BLUE, TEAL)

Box = tuple[float, float, float, float]


class Canvas:
    """Draws in units of the finished picture."""

    def __init__(self, sky: tuple[str, str], seed: int) -> None:
        self.rng = random.Random(seed)
        size = (WIDTH * SMOOTH, HEIGHT * SMOOTH)
        self.image = Image.new("RGB", size)
        self.draw = ImageDraw.Draw(self.image)
        top, bottom = (Image.new("RGB", (1, 1), colour).getpixel((0, 0)) for colour in sky)
        for y in range(size[1]):
            part = y / size[1]
            colour = tuple(
                round(a + (b - a) * part)
                for a, b in zip(top, bottom, strict=True)  # type: ignore[arg-type]
            )
            self.draw.line([(0, y), (size[0], y)], fill=colour)

    def box(self, box: Box, colour: str, radius: float = 0) -> None:
        """A rectangle, rounded if asked."""
        self.draw.rounded_rectangle([v * SMOOTH for v in box], radius * SMOOTH, fill=colour)

    def disc(self, x: float, y: float, r: float, colour: str) -> None:
        """A filled circle."""
        self.draw.ellipse([v * SMOOTH for v in (x - r, y - r, x + r, y + r)], fill=colour)

    def shape(self, points: list[tuple[float, float]], colour: str) -> None:
        """A filled polygon."""
        self.draw.polygon([(x * SMOOTH, y * SMOOTH) for x, y in points], fill=colour)

    def hill(self, y: float, high: float, colour: str, waves: float = 1.5) -> None:
        """A rolling horizon down to the lower edge."""
        shift = self.rng.random() * math.tau
        line = [
            (x, y - high * (1 + math.sin(shift + waves * math.tau * x / WIDTH)) / 2)
            for x in range(0, WIDTH + 20, 20)
        ]
        self.shape([(0.0, float(HEIGHT)), *line, (float(WIDTH), float(HEIGHT))], colour)

    def house(
        self, x: float, width: float, high: float, colour: str, light: str, dark: str = LINE
    ) -> None:
        """A block of flats with some lit windows, standing on y = 470."""
        base = 470.0
        self.box((x, base - high, x + width, base), colour, 6)
        for row in range(int(high // 46)):
            for column in range(int(width // 42)):
                left, top = x + 14 + column * 42, base - high + 16 + row * 46
                lit = self.rng.random() < 0.45
                self.box((left, top, left + 20, top + 24), light if lit else dark, 3)

    def tree(self, x: float, y: float, size: float, colour: str = GREEN) -> None:
        """A round tree."""
        self.box((x - size * 0.07, y - size * 0.5, x + size * 0.07, y), "#8d7355", 3)
        self.disc(x, y - size * 0.72, size * 0.34, colour)
        self.disc(x - size * 0.2, y - size * 0.52, size * 0.24, colour)
        self.disc(x + size * 0.22, y - size * 0.5, size * 0.22, colour)

    def person(self, x: float, y: float, coat: str, size: float = 130) -> None:
        """A figure without a face, feet at y."""
        self.box((x - size * 0.13, y - size * 0.32, x - size * 0.02, y), INK, 5)
        self.box((x + size * 0.02, y - size * 0.32, x + size * 0.13, y), INK, 5)
        self.box((x - size * 0.2, y - size * 0.74, x + size * 0.2, y - size * 0.26), coat, 16)
        self.box((x - size * 0.2, y - size * 0.54, x + size * 0.2, y - size * 0.48), CREAM)
        self.disc(x, y - size * 0.9, size * 0.14, "#4a3b33")
        self.disc(x, y - size * 0.85, size * 0.12, "#e3b996")

    def lamp(self, x: float, y: float) -> None:
        """A street lamp that shines."""
        self.box((x - 4, y - 250, x + 4, y), INK, 3)
        self.disc(x, y - 250, 46, "#5b4a35")
        self.disc(x, y - 250, 20, GOLD_LIGHT)

    def png(self) -> bytes:
        """The finished picture."""
        out = io.BytesIO()
        self.image.reduce(SMOOTH).save(out, "PNG", compress_level=6)
        return out.getvalue()


def walk() -> Canvas:
    """Four people walk past lit windows at night."""
    c = Canvas((BLUE_DEEP, "#3a2a3f"), 1)
    c.disc(1180, 120, 56, CREAM)
    for x, width, high in ((60, 190, 300), (290, 150, 210), (560, 220, 340), (1010, 180, 250)):
        c.house(x, width, high, "#2c3b57", GOLD_LIGHT, "#41506e")
    c.hill(470, 14, "#26314a")
    c.box((0, 500, WIDTH, HEIGHT), "#39425a")
    c.lamp(480, 520)
    c.lamp(960, 520)
    for number, x in enumerate((690, 770, 850, 930)):
        c.person(x, 590, RED if number % 2 == 0 else GOLD)
        c.disc(x + 34, 545, 9, GOLD_LIGHT)
    return c


def talk() -> Canvas:
    """People sit round a table under a tree."""
    c = Canvas((TEAL_TINT, CREAM), 2)
    c.hill(420, 60, "#cfe3df")
    c.house(80, 230, 240, TEAL_LIGHT, PAPER)
    c.hill(500, 20, "#dfe9d8")
    c.tree(1120, 540, 330)
    c.tree(360, 520, 170)
    for x, coat in ((520, TEAL), (630, GOLD), (740, BLUE), (850, RED), (960, TEAL)):
        c.person(x, 590 if x in (520, 960) else 550, coat, 160)
    c.box((570, 470, 910, 492), "#9b6f45", 8)
    c.box((610, 492, 630, 590), "#7d5836", 4)
    c.box((850, 492, 870, 590), "#7d5836", 4)
    c.box((690, 452, 712, 470), PAPER, 4)
    c.box((772, 452, 794, 470), PAPER, 4)
    return c


def market() -> Canvas:
    """Stalls with striped roofs on a square."""
    c = Canvas(("#fdf3df", PAPER), 3)
    c.hill(400, 50, "#f3e2c2")
    c.house(1120, 230, 260, "#e3c58d", PAPER)
    c.house(60, 180, 200, "#e8d3a8", PAPER)
    c.box((0, 480, WIDTH, HEIGHT), SAND)
    for number, x in enumerate((210, 530, 850)):
        colour = (GOLD, RED, TEAL)[number]
        c.box((x, 330, x + 8, 540), INK)
        c.box((x + 232, 330, x + 240, 540), INK)
        for stripe in range(6):
            left = x - 10 + stripe * 43
            c.box((left, 300, left + 43, 352), colour if stripe % 2 == 0 else PAPER, 6)
        c.person(x + 80, 510, COATS[number], 140)
        c.box((x + 6, 460, x + 234, 540), "#caa46a", 6)
        c.person(x + 170, 600, COATS[(number + 2) % 4], 130)
    return c


def shed() -> Canvas:
    """A charging shed for e-bikes beside a house."""
    c = Canvas((BLUE_TINT, PAPER), 4)
    c.hill(420, 40, "#d5e2ef")
    c.house(900, 300, 330, "#8fb0d3", CREAM)
    c.tree(820, 490, 180)
    c.box((0, 480, WIDTH, HEIGHT), "#dfe3e8")
    c.box((150, 290, 760, 318), BLUE, 10)
    for x in (180, 450, 720):
        c.box((x, 318, x + 12, 540), BLUE_DEEP, 4)
    for number in range(4):
        x = 240 + number * 130
        c.disc(x - 34, 524, 24, INK)
        c.disc(x + 34, 524, 24, INK)
        c.disc(x - 34, 524, 12, SAND)
        c.disc(x + 34, 524, 12, SAND)
        c.box((x - 30, 486, x + 30, 504), COATS[number], 8)
        c.box((x + 28, 450, x + 34, 510), INK, 3)
        c.box((x - 12, 340, x + 12, 372), PAPER, 4)
        c.disc(x, 356, 5, TEAL)
    return c


def river() -> Canvas:
    """People with bags clean a river bank."""
    c = Canvas(("#dfeef2", CREAM), 5)
    c.disc(250, 150, 60, "#f7d48a")
    c.hill(360, 80, "#c2d9cf")
    c.hill(410, 40, "#a9c9b5", 2.5)
    c.box((0, 420, WIDTH, 520), "#7fb3cf")
    for number in range(9):
        x, y = 60 + number * 160, 445 + number % 3 * 22
        c.box((x, y, x + 90, y + 5), "#b7d6e5", 3)
    c.hill(545, 20, "#dcd0a8")
    for x in (180, 1230, 1330):
        c.tree(x, 560, 190, TEAL_LIGHT)
    for number, x in enumerate((480, 640, 800, 960)):
        c.person(x, 600, COATS[number], 140)
        c.box((x + 36, 556, x + 70, 602), "#4d5b66", 12)
    return c


def shelf() -> Canvas:
    """Shelves of things to lend."""
    c = Canvas((CREAM, SAND), 6)
    c.box((160, 90, 1280, 580), "#b58a55", 14)
    for row in range(3):
        top = 112 + row * 154
        c.box((184, top, 1256, top + 138), "#f3e6cf", 6)
        x = 204.0
        while x < 1200:
            width = c.rng.choice((26, 34, 58, 84, 110))
            high = c.rng.randrange(46, 118)
            c.box((x, top + 134 - high, x + width, top + 134), c.rng.choice(
                (RED, GOLD, BLUE, TEAL, GOLD_LIGHT, TEAL_LIGHT, "#c9d3dc")), 6)  # fmt: skip
            x += width + 14
    c.box((0, 580, WIDTH, HEIGHT), "#d8c39c")
    return c


def lesson() -> Canvas:
    """A board and listeners in a bright room."""
    c = Canvas((TEAL_TINT, PAPER), 7)
    c.box((120, 70, 720, 360), TEAL, 12)
    c.box((150, 100, 690, 330), "#128077", 8)
    for number, width in enumerate((360, 290, 420, 240)):
        c.box((190, 136 + number * 46, 190 + width, 150 + number * 46), TEAL_TINT, 6)
    c.box((880, 90, 1320, 330), BLUE_TINT, 8)
    c.box((1094, 90, 1106, 330), PAPER)
    c.tree(1210, 330, 180)
    c.box((0, 470, WIDTH, HEIGHT), "#e2d3b5")
    c.person(905, 500, RED, 190)
    for number in range(6):
        c.person(170 + number * 210, 615, COATS[number % 4], 130)
    return c


def lights() -> Canvas:
    """A winter evening: lit windows and snow."""
    c = Canvas(("#4a3550", "#b96a55"), 8)
    for x, width, high in ((100, 220, 330), (380, 180, 250), (660, 260, 370), (1060, 240, 300)):
        c.house(x, width, high, "#5a3d4a", "#ffd98a", "#745563")
    c.hill(490, 24, "#f4ece4")
    for x in (350, 600, 980, 1350):
        c.tree(x, 520, 150, "#f0e7de")
    for _ in range(110):
        c.disc(c.rng.randrange(WIDTH), c.rng.randrange(470), c.rng.choice((2, 3, 4)), PAPER)
    c.person(520, 600, RED, 140)
    c.person(610, 600, GOLD, 120)
    return c


# name → (how it is drawn, title, alternative text)
SCENES: dict[str, tuple[Callable[[], Canvas], str, str]] = {
    "walk": (walk, "夜巡", "夜色里，四个穿马甲的人打着手电走过亮灯的居民楼"),
    "talk": (talk, "说事", "树下的长桌旁，几个人围坐着说话，桌上放着茶杯"),
    "market": (market, "集市", "广场上三个带条纹棚顶的摊位，居民在摊前交谈"),
    "shed": (shed, "充电棚", "居民楼旁的蓝色充电棚里，停着四辆电动车"),
    "river": (river, "护河", "四个人提着袋子在河岸边捡拾垃圾，远处是山和树"),
    "shelf": (shelf, "共享货架", "三层木货架上摆满各种可借用的物品"),
    "lesson": (lesson, "培训", "明亮的教室里，一个人站在黑板前讲课，六个人在听"),
    "lights": (lights, "冬夜", "下雪的傍晚，居民楼的窗户亮着灯，两个人走在路上"),
}


def png(name: str) -> bytes:
    """One scene as a PNG file."""
    return SCENES[name][0]().png()
