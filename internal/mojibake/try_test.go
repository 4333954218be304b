package mojibake
import ("testing";"os";"fmt")
func TestTry(t *testing.T){
 b,_:=os.ReadFile("../article/testdata/openai-contrat-defense.txt")
 r:=Fix(string(b),Options{})
 fmt.Println(Language(string(b)))
 fmt.Println(r.Text)
 for _,x:=range r.Repairs{fmt.Printf("%+v\n",x)}
 for _,x:=range r.Proposals{fmt.Printf("%+v\n",x)}
}
