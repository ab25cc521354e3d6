package settings

// Chosen is what somebody chose by commands since they came, as the mode that they are
// in has it now. The tags say what each is held for; /privacy shows them, beside what
// stands in [Settings].
type Chosen struct {
	Words   string `held:"the words that call you as your name does (/highlight)"`
	Notify  string `held:"what may call you (/notify)"`
	Times   bool   `held:"whether every message has its time (/times)"`
	Fold    bool   `held:"whether much at once is folded (/fold)"`
	Theme   string `held:"the colours that you chose (/theme); nothing: the usual"`
	Mouse   bool   `held:"whether the mouse is the room's (/mouse)"`
	Ignored string `held:"whom you ignore (/ignore)"`
	Visited int    `held:"how many rooms you were in, whose names complete what you type"`
}

// Kept is what a mode remembers of this person's session, in memory alone, so that it can be
// scrolled to, brought back, undone and told at the end. /privacy shows how much it is.
type Kept struct {
	Lines  int `held:"lines of what was said, to scroll back to and to look through; /clear lets them go"`
	Sent   int `held:"lines that you sent, to bring back and to look through"`
	Undo   int `held:"changes of what you are writing, to undo and to do again"`
	Drafts int `held:"texts that you began and have not sent"`
	Unsaid int `held:"texts that were not said before their room was gone, to tell you when you leave"`
}
