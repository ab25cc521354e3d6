package seal

import (
	"testing"
	"time"
)

// A member who says that a topic was set next year has it replaced by the next
// one all the same.
func TestTopicOfTheFuture(t *testing.T) {
	s := NewSeat(Open(NewSecret()), "den", "anna")
	s.people = newPeople()
	all := persons(&s.people, "bob", "carl")
	now := time.UnixMilli(1_700_000_000_000)
	s.happened(payload{T: "confirm", Nick: "bob", Topic: &topic{"for good", now.AddDate(1, 0, 0).UnixMilli()}}, all["bob"], now, reference{}, "", nil)
	if s.topic.Text != "for good" {
		t.Fatalf("the topic is %q", s.topic.Text)
	}
	later := now.Add(time.Second)
	s.happened(payload{T: "confirm", Nick: "carl", Topic: &topic{"tea", later.UnixMilli()}}, all["carl"], later, reference{}, "", nil)
	if s.topic.Text != "tea" {
		t.Errorf("the topic is still %q", s.topic.Text)
	}
}
