package run

// What the tests, which run whole screens too, must know of the limits.
const (
	PaintBurst = paintBurst
	PaintCost  = paintCost
	MaxRaw     = maxRaw
	FenceWait  = fenceWait
)
