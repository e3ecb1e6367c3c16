package events

// words holds each text once, however many rows say it: a log has thousands of rows and
// a few dozen names. What no row says any more is let go.
type words struct {
	ids  map[string]uint32
	text []string
	rows []int32 // how many rows say it
	free []uint32
}

func (w *words) get(s string) uint32 {
	if id, ok := w.ids[s]; ok {
		w.rows[id]++
		return id
	}
	if w.ids == nil {
		w.ids = map[string]uint32{}
	}
	var id uint32
	if n := len(w.free); n > 0 {
		id, w.free = w.free[n-1], w.free[:n-1]
		w.text[id], w.rows[id] = s, 1
	} else {
		id = uint32(len(w.text))
		w.text, w.rows = append(w.text, s), append(w.rows, 1)
	}
	w.ids[s] = id
	return id
}

func (w *words) drop(id uint32) {
	if w.rows[id]--; w.rows[id] == 0 {
		delete(w.ids, w.text[id])
		w.text[id] = ""
		w.free = append(w.free, id)
	}
}
