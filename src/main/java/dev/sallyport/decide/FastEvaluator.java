package dev.sallyport.decide;
import dev.sallyport.Directory;
import dev.sallyport.model.PolicySet;
public final class FastEvaluator {
  private final NaiveEvaluator n;
  public FastEvaluator(PolicySet set, Directory d){ n=new NaiveEvaluator(set,d);}
  public Ruling decide(Facts f){return n.decide(f);}
}
