package judge

// alignWindow bounds how many ends are aligned at once: a war of hours has thousands of
// kicks. The events beside them are half as many, or each end would find one.
const alignWindow = 800

// align finds which of n ends each of m events tells of, both in their order: as many
// events as can be have one, and of those as many as can be one that was surely told. An
// end that was not surely told may be passed over, a late kick for example whose device
// was switched off and is kicked once more when it is back. For each event the result has
// its end, -1 for none.
func align(n, m int, fits func(end, event int) bool, sure func(end int) bool) []int {
	out := make([]int, m)
	for j := range out {
		out[j] = -1
	}
	for i, j := 0, 0; i < n && j < m; {
		if sure(i) && fits(i, j) { // nothing can be better
			out[j] = i
			i, j = i+1, j+1
			continue
		}
		a, b := min(n-i, alignWindow), min(m-j, alignWindow/2)
		all := a == n-i && b == m-j
		pairs := best(a, b, func(x, y int) bool { return fits(i+x, j+y) }, func(x int) bool { return sure(i + x) })
		di, dj := a, b
		for k, p := range pairs {
			if !all && k > 0 && (p[0] > a/2 || p[1] > b/2) { // what follows may change it
				di, dj = p[0], p[1]
				break
			}
			out[j+p[1]] = i + p[0]
		}
		i, j = i+di, j+dj
	}
	return out
}

// best are the pairs of the best alignment, in order.
func best(n, m int, fits func(x, y int) bool, sure func(x int) bool) [][2]int {
	// score[x][y] is what the ends from x and the events from y on can give: a pair counts
	// more than all that may be sure.
	pair := n + 1
	score := make([][]int, n+1)
	for x := range score {
		score[x] = make([]int, m+1)
	}
	worth := func(x, y int) int {
		w := score[x+1][y+1] + pair
		if sure(x) {
			w++
		}
		return w
	}
	for x := n - 1; x >= 0; x-- {
		for y := m - 1; y >= 0; y-- {
			score[x][y] = max(score[x+1][y], score[x][y+1])
			if fits(x, y) {
				score[x][y] = max(score[x][y], worth(x, y))
			}
		}
	}
	var out [][2]int
	for x, y := 0, 0; x < n && y < m; {
		switch {
		case fits(x, y) && score[x][y] == worth(x, y):
			out = append(out, [2]int{x, y})
			x, y = x+1, y+1
		case score[x][y] == score[x+1][y]:
			x++
		default:
			y++
		}
	}
	return out
}
