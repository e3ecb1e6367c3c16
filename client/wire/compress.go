package wire

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"sync"
)

// compMagic begins a down frame whose rest is deflated, offered by `compress=gzip`.
// The SDK inflates what follows as gzip or zlib, whichever its header says.
var (
	compMagic = []byte("COMP")
	gzipMagic = []byte{0x1f, 0x8b}
)

// Compress makes a COMP frame of an encoded down frame.
func Compress(frame []byte) ([]byte, error) {
	var b bytes.Buffer
	b.Write(compMagic)
	w := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(w)
	w.Reset(&b)
	if _, err := w.Write(frame); err != nil {
		return nil, fmt.Errorf("compress frame: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress frame: %w", err)
	}
	return b.Bytes(), nil
}

// A compressor owns some 800 KB of tables, an inflater 40 KB: too much to make one for
// each frame.
var (
	gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}
	inflaters   = sync.Pool{New: func() any { return new(inflater) }}
)

type inflater struct {
	src  bytes.Reader
	gzip *gzip.Reader  // nil until the first good header of its kind
	zlib io.ReadCloser // likewise
}

// inflate reads what follows COMP, whole: an incomplete stream or a wrong checksum is
// an error, and so is more than limit bytes.
func inflate(data []byte, limit int64) ([]byte, error) {
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	r, err := f.open(data)
	if err != nil {
		return nil, fmt.Errorf("%w: COMP: %w", ErrFormat, err)
	}
	out, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(out)) > limit {
		return nil, fmt.Errorf("%w: inflates to more than %d bytes", ErrTooLarge, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: COMP: %w", ErrFormat, err)
	}
	if f.src.Len() > 0 {
		return nil, fmt.Errorf("%w: COMP: %d bytes after its end", ErrFormat, f.src.Len())
	}
	return out, nil
}

func (f *inflater) open(data []byte) (io.Reader, error) {
	f.src.Reset(data)
	if bytes.HasPrefix(data, gzipMagic) {
		if f.gzip == nil {
			f.gzip = new(gzip.Reader)
		}
		if err := f.gzip.Reset(&f.src); err != nil {
			return nil, eof(err)
		}
		return f.gzip, nil
	}
	if f.zlib != nil {
		return f.zlib, eof(f.zlib.(zlib.Resetter).Reset(&f.src, nil))
	}
	r, err := zlib.NewReader(&f.src)
	if err != nil {
		return nil, eof(err)
	}
	f.zlib = r
	return r, nil
}

// eof keeps a missing header from looking like the end of a stream.
func eof(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
