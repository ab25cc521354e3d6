package rooms

import "sort"

// fairShare is how many each may keep where all may keep so many together: who has fewer
// keeps theirs, and whoever has most gives way. So each who came to a room to fill it takes
// of the others only what would be their own share.
func fairShare(has map[string]int, keep int) int {
	alike := make(map[int]int) // how many have so many
	most := 0
	for _, n := range has {
		alike[n]++
		most = max(most, n)
	}
	return sort.Search(most, func(share int) bool { // the least that can't be one larger
		kept := 0
		for n, times := range alike {
			kept += times * min(n, share+1)
		}
		return kept > keep
	})
}
