package assets_test

import (
	"bytes"
	"image/png"
	"testing"

	"kickbench/assets"
)

func TestIconIsASquareOf512Pixels(t *testing.T) {
	icon, err := png.Decode(bytes.NewReader(assets.Icon))
	if err != nil {
		t.Fatal(err)
	}
	if size := icon.Bounds().Size(); size.X != 512 || size.Y != 512 {
		t.Errorf("got %v", size)
	}
	if _, _, _, alpha := icon.At(0, 0).RGBA(); alpha != 0 {
		t.Error("its corners should be transparent: it is a rounded tile")
	}
}
