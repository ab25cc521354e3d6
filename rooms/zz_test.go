package rooms
import ("testing";"math/rand";"golang.org/x/text/unicode/norm";"github.com/charmbracelet/x/ansi";"unicode")
func TestZZ(t *testing.T){
 var pool []rune
 for r:=rune(0); r<0x30000; r++ { if norm.NFC.PropertiesString(string(r)).Decomposition()!=nil || unicode.Is(unicode.M,r) || norm.NFC.PropertiesString(string(r)).CCC()!=0 || !norm.NFC.PropertiesString(string(r)).BoundaryBefore() { pool=append(pool,r) } }
 ok:=0
 for k:=0;k<900000;k++ { n:=1+rand.Intn(8); rs:=make([]rune,n); for i:=range rs { switch rand.Intn(3) { case 0: rs[i]=rune('a'+rand.Intn(26)); case 1: rs[i]=pool[rand.Intn(len(pool))]; default: rs[i]=rune(rand.Intn(0x3000)) } }
  nk,err:=ParseNick(string(rs)); if err!=nil {continue}
  ok++
  nn,err:=ParseNick(nk.String()); if err!=nil || nn!=nk { t.Errorf("%+q -> %+q -> %+q %v",string(rs),nk,nn,err) }
  if Clean(nk.String())!=nk.String() { t.Errorf("clean %+q -> %+q %+q",string(rs),nk.String(),Clean(nk.String())) }
  if ansi.StringWidth(nk.String())<1 {t.Error("w")}
 }
 t.Log(ok)
}
