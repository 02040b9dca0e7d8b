"""Seeded texts of many kinds for the tokenizer fixtures; no text comes from elsewhere."""

import random
import unicodedata

WORDS = """turn off the kitchen lights please set a timer for ten minutes what is weather tomorrow in Berlin call mom and
play some jazz I'm we've they'll don't it's you'd she's can't won't o'clock rock'n'roll email meeting schedule remind
internationalization antidisestablishmentarianism naïve café façade Zürich coöperate résumé x-ray state-of-the-art
HTTP JSON iPhone GPU McDonald's GitHub e.g. i.e. etc. U.S.A. 3rd 21st 1990s""".split()
CHINESE = "打开厨房的灯 请帮我订一张明天去上海的火车票 今天天气怎么样 把空调调到二十六度 给妈妈打电话 播放周杰伦的歌 你好世界 关闭卧室窗帘 三点半开会".split()
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'T", "'RE", "'Re", "'rE", "'VE", "'M", "'LL", "'lL",
                "'D", "'ſ", "’s", "’S", "’ll", "'K", "'ß", "'x", "'r", "'v", "'l", "''s", "'", "ʼs", "＇s", "'é", "'ﬀ"]
SCRIPTS = [(0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x250, 0x2AF), (0x370, 0x3FF), (0x400, 0x52F), (0x531, 0x589),
           (0x590, 0x5FF), (0x600, 0x6FF), (0x700, 0x74F), (0x900, 0x97F), (0x980, 0x9FF), (0xA80, 0xAFF), (0xB80, 0xBFF),
           (0xC00, 0xC7F), (0xD00, 0xD7F), (0xD80, 0xDFF), (0xE00, 0xE7F), (0xE80, 0xEFF), (0xF00, 0xFFF),
           (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F), (0x13A0, 0x13FF), (0x1780, 0x17FF),
           (0x1800, 0x18AF), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2C00, 0x2DFF), (0x3040, 0x30FF), (0x3100, 0x318F),
           (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xAC00, 0xD7FB), (0xF900, 0xFAFF), (0xFB00, 0xFDFF),
           (0xFE70, 0xFEFF), (0xFF00, 0xFFEF), (0x10000, 0x100FA), (0x10400, 0x1044F), (0x11000, 0x1144F),
           (0x16F00, 0x16F9F), (0x1D400, 0x1D7FF), (0x1E900, 0x1E95F), (0x20000, 0x2A6DF), (0x2F800, 0x2FA1D)]
SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
ALMOST_SPACES = "\u180e\u200b\u200c\u200d\u2060\ufeff\x1c\x1d\x1e\x1f\x00\x7f"
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~…–—«»“”‘’„·•§¶†‡°±×÷€£¥₹。，、；：？！「」（）【】《》"
EMOJI = ["😀", "👍🏽", "👩‍👩‍👧‍👦", "👨🏿‍🚀", "🏳️‍🌈", "🇩🇪", "🇯🇵🇰🇷", "1️⃣", "❤️‍🔥", "🧑🏻‍🤝‍🧑🏾", "☎️", "👁️‍🗨️", "🫠", "🪿", "🫩", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☺", "‍", "️", "⃣", "🏽"]
CODE = ["def f(x: int) -> str:\n    return f\"{x!r}\"\n", "for (int i = 0; i < n; ++i) {\n\t\tsum += a[i];\n\t}\n",
        "{\"name\": \"set_light\", \"arguments\": {\"room\": \"kitchen\", \"level\": 0.5}}", "let x = y?.z ?? [1, 2, 3]\n",
        "SELECT * FROM t WHERE id='x' AND n>=10;\n", "#include <stdio.h>\r\n\r\nint main(void) { return 0; }\r\n",
        "<div class=\"a b\">&nbsp;</div>\n", "git commit -m 'fix: off-by-one' && ls -la | grep '.txt'\n",
        "x_1 = np.array([[1e-6, -2.5E+10], [0x1F, 0b101]])  # comment\n", "func g<T>(_ a: T) throws -> [T] where T: Hashable {\n",
        "\\begin{equation} \\alpha^2 + \\beta_{i,j} \\end{equation}\n", "if(a!=b){return!c;}else{d--;}\n"]
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>",
           "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
           "<|image_pad|>", "<|video_pad|>", "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>",
           "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"]  # ids 151643 and up of Qwen2.5
DAMAGED_SPECIAL = ["<|im_end|", "<|im_start", "|>", "<|", "< |im_end|>", "<|IM_END|>", "<tool_call", "tool_call>", "<|im_end|>>"]

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
MARKS = [c for c in SCALARS if unicodedata.combining(chr(c))]
DIGITS = [c for c in SCALARS if unicodedata.category(chr(c)) in ("Nd", "Nl", "No")]
DECOMPOSING = [c for c in SCALARS if unicodedata.normalize("NFD", chr(c)) != chr(c) and not 0xAC00 <= c < 0xD7A4]


class Texts:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def scalar(self, script=None):
        return chr(self.r.randint(*(script or self.r.choice(SCRIPTS))))

    def many(self, low, high, make, joint=""):
        return joint.join(make() for _ in range(self.r.randint(low, high)))

    def space(self, most=4):
        if self.r.random() < 0.6:
            return self.r.choice(" \n\t\r") * self.r.randint(1, most)
        return self.many(1, most, lambda: self.r.choice(SPACES if self.r.random() < 0.9 else ALMOST_SPACES))

    def english(self):
        word = lambda: self.r.choice([str, str, str.upper, str.title])(self.r.choice(WORDS)) + self.r.choice(["", "", "", ",", ".", "!?"])
        return self.many(1, 9, word, " ")

    def contractions(self):
        return self.many(1, 4, lambda: self.r.choice(WORDS + ["", "I", "É", "世", "7", " ", "\n", "("]) + self.r.choice(CONTRACTIONS) + self.r.choice(["", " ", "x", "E", "5", "世", "'"]))

    def chinese(self):
        return self.many(1, 3, lambda: self.r.choice(CHINESE) + self.r.choice(["", "。", "，", "!", " ", self.scalar((0x4E00, 0x9FFF))]))

    def one_script(self):
        script = self.r.choice(SCRIPTS)
        return self.many(1, 4, lambda: self.many(1, 6, lambda: self.scalar(script)), " ")

    def mixed(self):
        return self.many(1, 5, lambda: self.r.choice([self.one_script, self.english, self.chinese, self.space, self.digits, self.emoji])()[:12])

    def emoji(self):
        return self.many(1, 5, lambda: self.r.choice(EMOJI) + self.r.choice(["", "", " ", "a", "\u200d"]))

    def code(self):
        return self.many(1, 2, lambda: self.r.choice(["", "    ", "\t"]) + self.r.choice(CODE))

    def spaces(self):
        return self.many(1, 4, lambda: self.space(6) + self.r.choice(["", "a", "é", "世", "!", "7", "'s", " x", "\u0301", "-->"]))

    def control(self):
        return self.many(1, 8, lambda: chr(self.r.choice([*range(0x20), *range(0x7F, 0xA0), 0x200B, 0x200E, 0x202E, 0x2066, 0xFEFF, 0xFFFD, 0xFFFE])) + self.r.choice(["", "a", " "]))

    def marks(self):
        base = lambda: self.r.choice(["", "a", "e", "o", "क", " ", "\n", "7", "가", "!", self.scalar()])
        mark = lambda: chr(self.r.choice([0x301, 0x323, 0x327, 0x308, 0x345, 0x334]) if self.r.random() < 0.5 else self.r.choice(MARKS))
        return self.many(1, 4, lambda: base() + self.many(0, 4, mark))

    def decomposed(self):
        form = lambda c: self.r.choice([c, unicodedata.normalize("NFD", c), c + "\u0323", c + "\u0301"])
        return self.many(1, 4, lambda: form(chr(self.r.choice(DECOMPOSING))))

    def hangul(self):
        jamo = lambda: chr(self.r.choice([self.r.randint(0x1100, 0x1112), self.r.randint(0x1161, 0x1175), self.r.randint(0x11A7, 0x11C2), self.r.randint(0xAC00, 0xD7A3), self.r.randint(0x3131, 0x318E), 0xAC00]))
        return self.many(1, 8, jamo)

    def digits(self):
        return self.many(1, 5, lambda: self.r.choice([str(self.r.randint(0, 99999)), chr(self.r.choice(DIGITS)), "3.14", "1,000", "½x", "²"]) + self.r.choice(["", "", " ", "a", "."]))

    def punctuation(self):
        return self.many(1, 8, lambda: self.r.choice(PUNCTUATION) * self.r.randint(1, 3) + self.r.choice(["", "", " ", "\n", "\r\n\n", "a"]))

    def runs(self):
        return self.many(1, 2, lambda: self.r.choice(["a", "A", "=", "-", " ", "\n", "ab", "世", "0", "é", "\u0301", "😀", "ha", "\t"]) * self.r.randint(20, 150))

    def anything(self):
        return self.many(1, 6, lambda: chr(self.r.choice(SCALARS)) if self.r.random() < 0.4 else chr(self.r.randint(0, 0x2FFF)))

    def markers(self):
        return self.many(1, 4, lambda: self.r.choice(SPECIAL + DAMAGED_SPECIAL) + self.r.choice(["", "", " ", "\n", "user\n", "e\u0301", "\u0301", "世"]))

    KINDS = {"english": 7, "contractions": 7, "chinese": 5, "one_script": 8, "mixed": 10, "emoji": 5, "code": 2, "spaces": 10,
             "control": 5, "marks": 8, "decomposed": 5, "hangul": 4, "digits": 6, "punctuation": 7, "runs": 1, "anything": 8,
             "markers": 2}

    def all(self, count):
        """{kind: texts}, each text once; about `count` in all."""
        seen, texts = {""}, {}
        weight = sum(self.KINDS.values())
        for kind, share in self.KINDS.items():
            made = [getattr(self, kind)() for _ in range(-(-count * share * 11 // (weight * 10)))]
            texts[kind] = [text for text in dict.fromkeys(made) if text not in seen]
            seen.update(texts[kind])
        return texts
