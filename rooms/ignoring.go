package rooms

import "slices"

// MaxIgnored is how many people somebody can ignore at once; more is a reason to
// leave.
const MaxIgnored = 100

// Ignoring is whom one participant ignores. It is a place that is ignored, under
// whatever name it goes by: whoever comes in anew is somebody else, since nobody can
// say that they are not. All of that place is to be hidden: words, topics, files,
// changes of name, its coming and its going. The zero value ignores nobody.
type Ignoring struct {
	people []Person // oldest first; those who left among them, whose words are still there
}

// Has reports whether somebody is ignored.
func (g *Ignoring) Has(who Person) bool {
	return slices.ContainsFunc(g.people, func(p Person) bool { return p.ID == who.ID })
}

// Add ignores somebody, and reports whether there was room for one more.
func (g *Ignoring) Add(who Person) bool {
	if len(g.people) >= MaxIgnored {
		return false
	}
	g.people = append(g.people, who)
	return true
}

// Remove stops ignoring those who are called what somebody typed, and returns the
// name that they go by.
func (g *Ignoring) Remove(typed string) (nick string, found Found) {
	names := g.Names()
	i, found := Named(names, typed)
	if found != OneFound {
		return "", found
	}
	g.people = slices.DeleteFunc(g.people, func(p Person) bool { return p.Nick == names[i] })
	return names[i], OneFound
}

// Renamed follows somebody to their new name.
func (g *Ignoring) Renamed(who Person) {
	for i := range g.people {
		if g.people[i].ID == who.ID {
			g.people[i] = who
		}
	}
}

// Names lists who is ignored, each name once.
func (g *Ignoring) Names() []string {
	var names []string
	for _, p := range g.people {
		if !slices.Contains(names, p.Nick) {
			names = append(names, p.Nick)
		}
	}
	return names
}
