#!/usr/bin/env bash
# Makes assets/fonts/*.otf again: the Chinese and Korean glyphs that Fyne's own
# font lacks, cut out of Noto Sans CJK SC.
#
# In: the characters of GB 2312 and KS X 1001, every Hangul syllable, kana, CJK
# punctuation and full-width forms, from U+2E80 up. Out: everything below, so
# that Latin text keeps the look of Fyne's font; but for the two spaces, because
# Fyne shows U+FFFD for a space beside a Han or Hangul run whose font has none.
#
# Needs pyftsubset and the fonts (Debian: fonttools, fonts-noto-cjk).
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${NOTO_CJK:-/usr/share/fonts/opentype/noto}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 - >"$scratch/characters" <<'PYTHON'
def charset(codec):
    for high in range(0xA1, 0xFF):
        for low in range(0xA1, 0xFF):
            try:
                yield ord(bytes([high, low]).decode(codec))
            except UnicodeDecodeError:
                pass

points = {0x20, 0xA0}
points |= {p for codec in ("gb2312", "euc_kr") for p in charset(codec) if p >= 0x2E80}
for first, last in ((0x3000, 0x303F), (0x3041, 0x30FF), (0x3131, 0x318E), (0xAC00, 0xD7A3), (0xFF01, 0xFF60), (0xFFE0, 0xFFE6)):
    points |= set(range(first, last + 1))
for point in sorted(points):
    print("U+%04X" % point)
PYTHON

# Font 2 of the collection is SC, whose shapes fit simplified Chinese.
for weight in Regular Bold; do
	pyftsubset "$folder/NotoSansCJK-$weight.ttc" --font-number=2 \
		--unicodes-file="$scratch/characters" --output-file="assets/fonts/KickbenchCJK-$weight.otf" \
		--no-hinting --desubroutinize --layout-features='' --name-IDs='*' \
		--drop-tables+=vhea,vmtx,GSUB,GPOS,BASE,VORG
done
ls -l assets/fonts/*.otf
